// @ts-check
/** What is beside all sections: the bell, the notice of a move, and news of dishes. Loaded by `later.js`, and then what is likely next. */
import { addIcons } from "@comanda/ui/icon.js";
import { startNews } from "./news.js";
import { comeBack } from "./returning.js";

export { Moved } from "./moved.js";
export { Bell } from "./service.js";

addIcons({
  table: "M3 8h18M6 8v11M18 8v11M9 8V5h6v3",
  water: "M7 4h10l-1.2 16H8.2L7 4zM7.5 10h9",
});
startNews();
comeBack();
void Promise.allSettled([import("./orders.js"), import("./check.js")]);
