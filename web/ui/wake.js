// @ts-check
/** Keep the screen on, as long as the page is seen: the browser lets go whenever it is hidden, so ask again. */

/** Start; a browser that cannot do it is left alone. */
export function stayAwake() {
  if (!("wakeLock" in navigator)) return;
  const ask = () => {
    if (document.visibilityState !== "visible") return;
    // Refused on a low battery, for example; the next time somebody looks is soon enough.
    navigator.wakeLock.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("pointerdown", ask, { once: true });
  ask();
}
