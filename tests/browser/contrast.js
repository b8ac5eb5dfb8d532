/**
 * Evaluated in a page: which text is hard to read, by the contrast of WCAG 2.2 (1.4.3, level AA). Text of 24 px, or of 18.66 px
 * in bold, needs 3; all other text 4.5. What is behind a text is put together from all that it stands on. Returns what fails.
 */
() => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  /** Any CSS colour as red, green, blue (0 to 255) and alpha (0 to 1). */
  const read = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = ([red, green, blue, alpha], below) =>
    [red, green, blue].map((part, at) => part * alpha + below[at] * (1 - alpha)).concat(1);
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const chain = (element) => (element ? [...chain(element.parentElement), element] : []);
  const behind = (element) =>
    chain(element).reduce((below, one) => over(read(getComputedStyle(one).backgroundColor), below), [255, 255, 255, 1]);
  /** Text fades with all that it stands in. */
  const opacity = (element) => chain(element).reduce((all, one) => all * Number(getComputedStyle(one).opacity), 1);

  const judge = (element, style, text) => {
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ground = behind(element);
    const [red, green, blue, alpha] = read(style.color);
    const ratio = contrast(over([red, green, blue, alpha * opacity(element)], ground), ground);
    return { ratio, isEnough: ratio >= (isLarge ? 3 : 4.5), text: `${ratio.toFixed(2)} ${element.className}: ${text.trim()}` };
  };

  const judged = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    const isOff = element.closest("button:disabled, noscript, script");
    if (!node.data.trim() || isOff || !element.checkVisibility({ visibilityProperty: true })) continue;
    judged.push(judge(element, getComputedStyle(element), node.data));
  }
  for (const element of document.querySelectorAll("body *")) {
    for (const part of ["::before", "::after"]) {
      const style = getComputedStyle(element, part);
      const said = /^"(.*\S.*)"$/.exec(style.content);
      if (said && element.checkVisibility({ visibilityProperty: true })) judged.push(judge(element, style, said[1]));
    }
  }
  return { count: judged.length, failing: judged.filter((one) => !one.isEnough).map((one) => one.text) };
};
