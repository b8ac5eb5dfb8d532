// @ts-check
/** The page of waiters, cashiers and managers. */
import { connect } from "@comanda/client";
import { computed } from "@preact/signals";
import { h, render } from "preact";
import htm from "htm";

const html = htm.bind(h);

const connection = connect({ namespace: "/floor" });

const said = computed(() => connection.refusal.value?.message ?? connection.hello.value?.principal.name ?? "…");

render(html`<main><p>${said}</p></main>`, /** @type {HTMLElement} */ (document.getElementById("app")));
