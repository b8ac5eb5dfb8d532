// Runs in a page before its own scripts, and takes times in milliseconds: of the frame of the socket that brought the tickets,
// and of the moments at which the browser had painted what followed from it. A card counts when its contents are there: that a
// shell keeps its place is no paint. `speed` is read by the test.
{
  const speed = { heard: 0, most: 150, drawn: [], changes: [], frames: [] };
  window.speed = speed;
  /** Milliseconds that a fixed piece of work takes, many times. */
  speed.work = (times) =>
    Array.from({ length: times }, () => {
      const from = performance.now();
      let sum = 0;
      for (let n = 0; n < 400_000; n += 1) sum = (sum * 31 + n) % 1_000_003;
      return performance.now() - from + (sum < 0 ? 1 : 0);
    });

  const cards = document.getElementsByClassName("ticket-head");
  let changed = 0;

  /** Call back when the next frame is painted: after it, a message comes before any other task. */
  const painted = (done) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now());
      channel.port2.postMessage(null);
    });

  const heard = ({ data }) => {
    // That a screen has it is nothing to paint.
    const isNews = String(data).startsWith('42/kitchen,["ticket:changed"') && !data.includes('"kind":"seen"');
    if (isNews) changed ||= performance.now();
    if (!String(data).startsWith("43/kitchen") || !data.includes('"placedAt"')) return;
    speed.heard ||= performance.now();
  };

  // Heard before the page hears it, so the time of the page's own work is in it.
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", heard);
    }
  };

  let known = 0;
  new MutationObserver(() => {
    // Counting is work, too: no more of it than is needed.
    if (known < speed.most && cards.length > known) {
      const number = (known = cards.length);
      painted((now) => speed.drawn.push([number, now]));
    }
    if (changed) {
      const since = changed;
      changed = 0;
      painted((now) => speed.changes.push(now - since));
    }
  }).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });

  // Only frames of more than 50 ms are told of: [when it began, how long it took].
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) speed.frames.push([startTime, duration]);
  }).observe({ type: "long-animation-frame" });
}
