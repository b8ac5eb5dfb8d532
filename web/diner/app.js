// @ts-check
/** The page of a table: what the phones of a party show. */
import { connect } from "@comanda/client";
import { computed } from "@preact/signals";
import { h, render } from "preact";
import htm from "htm";

const html = htm.bind(h);

const connection = connect({ namespace: "/table", auth: { table: location.pathname.split("/").at(-1) ?? "" } });

const said = computed(() => connection.refusal.value?.message ?? connection.hello.value?.principal.name ?? "…");

render(html`<main><p>${said}</p></main>`, /** @type {HTMLElement} */ (document.getElementById("app")));
