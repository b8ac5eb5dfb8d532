// @ts-check
/** The page of those who order from home. */
import { connect } from "@comanda/client";
import { computed } from "@preact/signals";
import { h, render } from "preact";
import htm from "htm";

const html = htm.bind(h);

const connection = connect({ namespace: "/checkout", auth: { token: "" } });

const said = computed(() => connection.refusal.value?.message ?? connection.hello.value?.principal.name ?? "…");

render(html`<main><p>${said}</p></main>`, /** @type {HTMLElement} */ (document.getElementById("app")));
