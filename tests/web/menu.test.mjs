// What the menu makes of choices, filters and search; and what a cart will be when what was tapped has arrived.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { test } from "node:test";

const UI = new URL("../../web/ui/", import.meta.url).href;
register(`data:text/javascript,${encodeURIComponent(`export const resolve = (name, context, next) =>
  next(name.startsWith("@comanda/ui/") ? name.replace("@comanda/ui/", ${JSON.stringify(UI)}) : name, context);`)}`);
const { NO_WISH, contentOf, defaultsOf, groupsOf, missing, priceWith, sectionsOf, textIn, toggled, unmet } = await import("../../web/ui/menu/offer.js");
const { countsOf, foreseenLines, totalOf, troubleOf } = await import("../../web/diner/foreseen.js");

const option = (id, price = 0, more = {}) => ({ id, name: { en: id }, price, allergens: [], diets: null, modifierGroups: [], ...more });
const group = (id, least, most, options, defaults = []) => ({ id, name: { en: id }, minSelect: least, maxSelect: most, defaults, options });
const dish = (id, more = {}) => ({
  id, categoryId: "mains", name: { en: id, ro: id }, description: {}, price: 3000, prices: {}, diningOptions: ["DINE_IN"], hours: null,
  stations: [], course: "MAINS", modifierGroups: [], allergens: [], diets: [], prepMinutes: 1, taxClass: null, picture: null, ...more,
});

const STEAK = dish("steak", { name: { ro: "Mușchi țărănesc", en: "Peasant steak" }, modifierGroups: ["side", "extra"], diets: ["HALAL"], prices: { DELIVERY: 2800 } });
const SOUP = dish("soup", { categoryId: "soups", name: { ro: "Supă", en: "Soup" }, allergens: ["CELERY"], diets: ["VEGETARIAN", "VEGAN"] });
const MENU = {
  id: "m", version: 1, currency: "RON", languages: ["ro", "en"], dishes: [STEAK, SOUP],
  categories: [{ id: "soups", name: { ro: "Supe", en: "Soups" }, hours: [] }, { id: "mains", name: { ro: "Feluri principale", en: "Mains" }, hours: [] }],
  modifierGroups: [
    group("side", 1, 1, [option("rice"), option("fries", 400, { modifierGroups: ["dip"] })], ["fries"]),
    group("dip", 1, 1, [option("ketchup", 100, { allergens: ["CELERY"] }), option("bacon", 200, { diets: [] })]),
    group("extra", 0, 2, [option("egg", 300), option("cheese", 350), option("chilli", 50)]),
  ],
};
const offer = (more = {}) => ({ menu: MENU, stock: new Map(), notServed: new Set(), diningOption: "DINE_IN", ...more });
const ids = (sections) => sections.flatMap(({ dishes }) => dishes.map((one) => one.id));
const side = MENU.modifierGroups[0];

test("search knows no diacritics and no case, in every language, by heading, too", () => {
  const found = (text) => ids(sectionsOf(offer(), { ...NO_WISH, text }, "en"));
  for (const text of ["muschi", "TARANESC mu", "țărănesc", "peasant"]) assert.deepEqual(found(text), ["steak"]);
  assert.deepEqual(found("principale"), ["steak"]);
  assert.deepEqual(found("pizza"), []);
});

test("filters leave what suits, and headings without a dish are left out", () => {
  assert.deepEqual(ids(sectionsOf(offer(), { ...NO_WISH, without: new Set(["CELERY"]) })), ["steak"]);
  const vegan = sectionsOf(offer(), { ...NO_WISH, diets: new Set(["VEGAN"]) });
  assert.deepEqual(vegan.map(({ category }) => category.id), ["soups"]);
  assert.deepEqual(ids(sectionsOf(offer({ diningOption: "DELIVERY" }))), []);
});

test("a choice opens others, and takes them back with what was chosen of them", () => {
  const begun = defaultsOf(offer(), STEAK);
  assert.deepEqual([...begun], ["fries"]);
  assert.deepEqual(groupsOf(MENU, STEAK, begun).map(({ group: { id } }) => id), ["side", "dip", "extra"]);
  assert.deepEqual(unmet(MENU, STEAK, begun).map((one) => one.id), ["dip"]);
  const dipped = toggled(offer(), STEAK, begun, MENU.modifierGroups[1], "ketchup");
  assert.equal(priceWith(offer(), STEAK, dipped), 3500);
  const plain = toggled(offer(), STEAK, dipped, side, "rice");
  assert.deepEqual([...plain], ["rice"]);
  assert.equal(priceWith(offer({ diningOption: "DELIVERY" }), STEAK, plain), 2800);
});

test("no more can be chosen than a group takes, and what must be chosen cannot be unchosen", () => {
  const extra = MENU.modifierGroups[2];
  const full = ["egg", "cheese", "chilli"].reduce((chosen, id) => toggled(offer(), STEAK, chosen, extra, id), new Set(["rice"]));
  assert.deepEqual([...full], ["rice", "egg", "cheese"]);
  assert.deepEqual([...toggled(offer(), STEAK, full, side, "rice")], [...full]);
});

test("a default that is sold out is not chosen", () => {
  const stock = new Map([["fries", { itemId: "fries", isAvailable: false, until: null, left: null }]]);
  assert.deepEqual([...defaultsOf(offer({ stock }), STEAK)], []);
  assert.equal(missing(offer({ stock }), "fries")?.why, "SOLD_OUT");
  assert.equal(missing(offer({ notServed: new Set(["soup"]) }), "soup")?.why, "NOT_SERVED");
});

test("options add allergens and take diets away", () => {
  assert.deepEqual(contentOf(MENU, STEAK, new Set(["fries", "ketchup"])), { allergens: ["CELERY"], diets: ["HALAL"] });
  assert.deepEqual(contentOf(MENU, STEAK, new Set(["fries", "bacon"])).diets, []);
});

test("a text is in the language that is wanted, or in the menu's first that it has", () => {
  assert.equal(textIn({ ro: "Supă", en: "Soup" }, "en", MENU), "Soup");
  assert.equal(textIn({ ro: "Supă", en: "Soup" }, "de", MENU), "Supă");
  assert.equal(textIn({ hu: "Leves" }, "en", MENU), "Leves");
});

test("a cart shows what was tapped before the server has it", () => {
  const line = { id: "l1", itemId: "soup", name: SOUP.name, quantity: 1, modifiers: [], note: "", avoid: [], unitPrice: { amount: 3000, currency: "RON" }, addedBy: { kind: "GUEST", id: "ion", name: "Ion" }, addedAt: "", isAvailable: true, left: null };
  const commands = [
    { opId: "o1", name: "cart:add", payload: { itemId: "steak", quantity: 2, modifiers: ["fries", "ketchup"] } },
    { opId: "o2", name: "cart:update", payload: { lineId: "l1", quantity: 3, note: null } },
  ];
  const shown = foreseenLines({ lines: [line] }, commands, offer(), { id: "ana", name: "Ana" });
  assert.deepEqual(shown.map(({ id, quantity, isPending }) => [id, quantity, isPending]), [["l1", 3, false], ["o1", 2, true]]);
  assert.deepEqual(shown.map(({ price, isProvisional }) => [price.amount, isProvisional]), [[3 * 3000, true], [2 * 3500, true]]);
  assert.deepEqual(totalOf({ lines: [line] }, shown, "RON"), { amount: 3 * 3000 + 2 * 3500, currency: "RON", isProvisional: true });
  assert.deepEqual([...countsOf(shown)], [["soup", 3], ["steak", 2]]);
  // What the server has seen costs what the server says, whatever a page would make of it.
  const told = { lines: [{ ...line, price: { amount: 2999, currency: "RON" } }], total: { amount: 2998, currency: "RON" } };
  const settled = foreseenLines(told, [], offer(), { id: "ana", name: "Ana" });
  assert.deepEqual([settled[0].price.amount, settled[0].isProvisional], [2999, false]);
  assert.deepEqual(totalOf(told, settled, "RON"), { amount: 2998, currency: "RON", isProvisional: false });
  assert.deepEqual(foreseenLines({ lines: [line] }, [{ opId: "o3", name: "cart:remove", payload: { lineId: "l1" } }], offer(), { id: "ana", name: "" }), []);
  assert.deepEqual([line, { ...line, left: 1 }, { ...line, isAvailable: false }].map(troubleOf), [null, "TOO_MANY", "SOLD_OUT"]);
});

test("the page of a table and its menu say the same in both languages, but for the plurals of Romanian", async () => {
  const { en } = await import("../../web/diner/words/en.js");
  const { ro } = await import("../../web/diner/words/ro.js");
  const keys = (words) => Object.keys(words).filter((one) => !one.endsWith(".few"));
  assert.deepEqual(keys(ro), keys(en));
  const text = readFileSync(new URL("menu/words.js", UI), "utf8");
  const [first, second] = text.split("\n  ro: {").map((part) => [...part.matchAll(/^\s{4}"?([\w.-]+)"?:/gm)].map(([, key]) => key).filter((one) => !one.endsWith(".few")));
  assert.deepEqual(second, first);
  for (const words of [en, ro]) for (const one of Object.values(words)) assert.doesNotMatch(one, /[şţŞŢ]/);
  // Where there is a form for many, Romanian has one for few.
  for (const one of Object.keys(ro)) if (one.endsWith(".many")) assert.ok(one.replace(/many$/, "few") in ro, one);
});
