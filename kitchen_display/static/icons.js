// @ts-check
/** The kitchen's own icons, beside those that all pages have. */
import { addIcons } from "@comanda/ui/icon.js";

addIcons({
  allergy: "M12 3 2.5 20h19L12 3zm0 6v5m0 3v.5",
  allday: "M4 6h2m3 0h11M4 12h2m3 0h11M4 18h2m3 0h11",
  back: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  bump: "M4 12.5 9.5 18 20 6.5",
  fire: "M12 3c1 4 5 6 5 11a5 5 0 0 1-10 0c0-2 1-3.5 2-4.5 0 2 1 3 2 3 1.5 0 1.5-2 1-4.5-.4-2-.5-3.5 0-5z",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3m0 12v3M3 12h3m12 0h3M5.6 5.6l2.1 2.1m8.6 8.6 2.1 2.1M5.6 18.4l2.1-2.1m8.6-8.6 2.1-2.1",
  held: "M8 6v12m8-12v12",
  muted: "M4 9v6h4l5 4V5L8 9H4zm13 0 4 6m0-6-4 6",
  out: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.7 5.7l12.6 12.6",
  recall: "M4 5v5h5M4.5 10a8 8 0 1 1-.5 4",
  rush: "M13 2 5 14h6l-1 8 9-13h-6l1-7z",
  sound: "M4 9v6h4l5 4V5L8 9H4zm12.5-.5a5 5 0 0 1 0 7m2.5-9.5a9 9 0 0 1 0 12",
  start: "M8 5v14l11-7L8 5z",
  station: "M4 21V9l8-5 8 5v12M9 21v-6h6v6",
});

export { Icon } from "@comanda/ui/icon.js";
