// @ts-check
/** Icons of this page alone. */
import { addIcons } from "@comanda/ui/icon.js";

addIcons({
  menu: "M4 5h7v15H4zM13 5h7v15h-7M7 9h1M7 12h1M16 9h1M16 12h1",
  cart: "M5 8h14l-1.2 11H6.2L5 8zm4 0a3 3 0 0 1 6 0",
  orders: "M6 3h12v18l-3-2-3 2-3-2-3 2V3zm3 5h6m-6 4h6",
  check: "M4 12.5 9.5 18 20 6.5",
  bill: "M3 7h18v10H3zM12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM6 10v.01M18 14v.01",
  bin: "M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13",
  exit: "M14 4h5v16h-5M4 12h10m-4-4 4 4-4 4",
  heart: "M12 20s-7.5-4.6-7.5-10A4.2 4.2 0 0 1 12 7.4 4.2 4.2 0 0 1 19.500 10c0 5.400-7.500 10-7.500 10z",
});
