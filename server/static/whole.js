// A page whose files are of different versions must not run. While servers are replaced by newer ones, the next one that is asked may not
// have a file that this page names: then the page is loaded anew, at once the first time, and ever more slowly from then on: a file may be
// kept from this browser for good.
{
  const KEY = "comanda.anew";
  const PAUSE = 5_000;
  const LONGEST = 60_000;
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

  // How long to wait: by how often it was loaded anew before, as this tab remembers it.
  const wait = () => {
    try {
      const { at = 0, count = 0 } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
      const before = Date.now() - at > 2 * LONGEST ? 0 : count;
      sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), count: before + 1 }));
      return before === 0 ? 0 : Math.min(LONGEST, PAUSE * 2 ** (before - 1));
    } catch {
      return LONGEST;
    }
  };

  const missing = () => {
    if (isMissing) return;
    isMissing = true;
    setTimeout(anew, wait());
  };

  const isOurs = (element) =>
    (element instanceof HTMLScriptElement && element.src.startsWith(location.origin)) ||
    (element instanceof HTMLLinkElement && element.rel === "stylesheet" && element.href.startsWith(location.origin));

  addEventListener("error", ({ target }) => isOurs(target) && missing(), true);
  // What a page loads later, by import(), it has to tell by itself, each time: without a network nothing can be had, and nothing is missing.
  addEventListener("missing", async () => (await canBeHad()) && missing());
}
