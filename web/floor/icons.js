// @ts-check
/** Icons of this page alone. */
import { addIcons } from "@comanda/ui/icon.js";

addIcons({
  bag: "M6 8h12l1 12H5L6 8zm3 0V6a3 3 0 0 1 6 0v2",
  card: "M3 6h18v12H3zM3 10h18",
  chart: "M4 20V4M4 20h16M8 16v-5m4 5V8m4 8v-3",
  dish: "M3 17h18M5 17a7 7 0 0 1 14 0M12 10V8",
  fire: "M12 3c1 4 5 5 5 10a5 5 0 0 1-10 0c0-2 1-3 2-4 0 2 1 3 2 3 1-3-1-6 1-9z",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zm0-6v3m0 12v3M3 12h3m12 0h3M5.6 5.6l2.2 2.2m8.4 8.4 2.2 2.2m0-12.8-2.2 2.2m-8.4 8.4-2.2 2.2",
  hand: "M8 12V6a1.5 1.5 0 0 1 3 0v5-7a1.5 1.5 0 0 1 3 0v7-5a1.5 1.5 0 0 1 3 0v9a6 6 0 0 1-6 6c-3 0-4-2-6-5l-1-2c1-1 2-1 4 2z",
  list: "M4 6h16M4 12h16M4 18h10",
  merge: "M6 4v4c0 4 6 4 6 8v4M18 4v4c0 4-6 4-6 8",
  move: "M4 12h15m-6-6 6 6-6 6",
  pause: "M8 5v14M16 5v14",
  phone: "M7 2h10v20H7zM11 18.5h2",
  play: "M7 4l13 8-13 8z",
  screen: "M3 4h18v12H3zM8 20h8m-4-4v4",
  star: "M12 3l2.7 5.8 6.3.8-4.6 4.3 1.2 6.2-5.6-3.1-5.6 3.1 1.2-6.2L3 9.6l6.3-.8z",
  table: "M3 8h18M5 8v11M19 8v11M8 8V5h8v3",
  water: "M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z",
});
