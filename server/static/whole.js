// A page whose files are of different versions must not run. While servers are replaced by newer ones, the next one that is asked may not
// have a file that this page names: then the page is loaded anew, at once the first time and every few seconds from then on.
{
  const KEY = "comanda.anew";
  const PAUSE = 5_000;
  let isMissing = false;

  const canBeHad = async () => {
    const { ok } = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => ({ ok: false }));
    return ok;
  };

  const anew = async () => {
    // Only where it can be had: what a browser says without a network helps nobody.
    if (await canBeHad()) location.reload();
    else setTimeout(anew, PAUSE);
  };

  const isFirst = () => {
    try {
      const before = Number(sessionStorage.getItem(KEY));
      sessionStorage.setItem(KEY, String(Date.now()));
      return Date.now() - before > 12 * PAUSE;
    } catch {
      return false;
    }
  };

  const missing = () => {
    if (isMissing) return;
    isMissing = true;
    setTimeout(anew, isFirst() ? 0 : PAUSE);
  };

  const isOurs = (element) =>
    (element instanceof HTMLScriptElement && element.src.startsWith(location.origin)) ||
    (element instanceof HTMLLinkElement && element.rel === "stylesheet" && element.href.startsWith(location.origin));

  addEventListener("error", ({ target }) => isOurs(target) && missing(), true);
  // What a page loads later, by import(), it has to tell by itself, each time: without a network nothing can be had, and nothing is missing.
  addEventListener("missing", async () => (await canBeHad()) && missing());
}
