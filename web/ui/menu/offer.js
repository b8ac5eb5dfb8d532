// @ts-check
/**
 * What can be ordered, as plain rules: prices, choices, what is sold out or out of its hours, filters and search. Pure; amounts are
 * integers of minor units.
 *
 * @typedef {import("../../client/protocol.js").MenuView} Menu
 * @typedef {import("../../client/protocol.js").Dish} Dish
 * @typedef {import("../../client/protocol.js").Category} Category
 * @typedef {import("../../client/protocol.js").ModifierGroup} Group
 * @typedef {import("../../client/protocol.js").Option} Option
 * @typedef {import("../../client/protocol.js").Allergen} Allergen
 * @typedef {import("../../client/protocol.js").Diet} Diet
 * @typedef {import("../../client/protocol.js").DiningOption} DiningOption
 * @typedef {Pick<import("../../client/protocol.js").ItemView, "itemId" | "isAvailable" | "until" | "left">} Stock
 */
/**
 * The menu as it is now: `stock` has what is sold out or counted, by dish or option; `notServed` the dishes that are out of their hours.
 * @typedef {{menu: Menu, stock: ReadonlyMap<string, Stock>, notServed: ReadonlySet<string>, diningOption: DiningOption}} Offer
 */
/** What a guest looks for: no dish with one of `without`, each with all of `diets`. @typedef {{text: string, without: ReadonlySet<Allergen>, diets: ReadonlySet<Diet>}} Wish */

export { textIn } from "./text.js";

/** The fourteen of Regulation (EU) No 1169/2011, in its order. @type {readonly Allergen[]} */
export const ALLERGENS = [
  "GLUTEN", "CRUSTACEANS", "EGGS", "FISH", "PEANUTS", "SOYBEANS", "MILK", "NUTS", "CELERY", "MUSTARD", "SESAME", "SULPHITES", "LUPIN", "MOLLUSCS",
];

/** @type {readonly Diet[]} */
export const DIETS = ["VEGETARIAN", "VEGAN", "HALAL"];

/** @type {Wish} */
export const NO_WISH = { text: "", without: new Set(), diets: new Set() };

/** @param {Offer} offer @param {Dish} dish @returns {number} for one portion without modifiers */
export const priceOf = ({ diningOption }, dish) => dish.prices[diningOption] ?? dish.price;

/**
 * Return the headings with their dishes, in the order of the menu; a heading without any is left out.
 * @param {Offer} offer
 * @param {Wish} [wish]
 * @param {string} [language] in which descriptions are searched; names are in all
 * @returns {{category: Category, dishes: Dish[]}[]}
 */
export function sectionsOf({ menu, diningOption }, wish = NO_WISH, language = "") {
  const words = folded(wish.text).split(/\s+/).filter(Boolean);
  const offered = menu.dishes.filter((dish) => dish.diningOptions.includes(diningOption) && suits(dish, wish));
  return menu.categories
    .map((category) => {
      const heading = folded(Object.values(category.name).join(" "));
      const isFound = (/** @type {Dish} */ dish) => {
        const text = `${folded([...Object.values(dish.name), dish.description[language] ?? ""].join(" "))} ${heading}`;
        return words.every((word) => text.includes(word));
      };
      return { category, dishes: offered.filter((dish) => dish.categoryId === category.id && isFound(dish)) };
    })
    .filter(({ dishes }) => dishes.length > 0);
}

/** @param {{allergens: readonly Allergen[], diets: readonly Diet[]}} dish @param {Wish} wish */
const suits = (dish, { without, diets }) =>
  !dish.allergens.some((one) => without.has(one)) && [...diets].every((one) => dish.diets.includes(one));

/** Return a text as it is searched: without case and diacritics. @param {string} text */
export const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Why a dish or an option cannot be had now: `until` may say when it can again. Null: it can be had; `left` says how many, if few.
 * @param {Offer} offer
 * @param {string} id of a dish or an option
 * @returns {{why: "SOLD_OUT" | "NOT_SERVED", until: string | null} | null}
 */
export function missing({ stock, notServed }, id) {
  const item = stock.get(id);
  if (item && (!item.isAvailable || item.left === 0)) return { why: "SOLD_OUT", until: item.until };
  return notServed.has(id) ? { why: "NOT_SERVED", until: null } : null;
}

/** @param {Offer} offer @param {string} id @returns {number | null} portions, if they are counted and few */
export const leftOf = ({ stock }, id) => stock.get(id)?.left ?? null;

/** @param {Offer} offer @param {Dish} dish the hours of the dish, or of its heading; none: always */
export const hoursOf = ({ menu }, dish) => dish.hours ?? menu.categories.find((one) => one.id === dish.categoryId)?.hours ?? [];

// ── choices ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Return the groups from which one chooses: those of the dish, and after each those that a chosen option of it opens.
 * @param {Menu} menu
 * @param {Dish} dish
 * @param {ReadonlySet<string>} chosen ids of options
 * @returns {{group: Group, within: Option | null}[]} `within`: the option that opened it
 */
export function groupsOf(menu, dish, chosen) {
  const known = new Map(menu.modifierGroups.map((group) => [group.id, group]));
  const found = (/** @type {string[]} */ ids) => ids.flatMap((id) => known.get(id) ?? []);
  return found(dish.modifierGroups).flatMap((group) => [
    { group, within: null },
    ...group.options
      .filter((option) => chosen.has(option.id))
      .flatMap((option) => found(option.modifierGroups).map((nested) => ({ group: nested, within: option }))),
  ]);
}

/**
 * Return what is shown as chosen at first: the defaults that can be had.
 * @param {Offer} offer
 * @param {Dish} dish
 * @returns {ReadonlySet<string>}
 */
export const defaultsOf = (offer, dish) => completed(offer, dish, new Set(), groupsOf(offer.menu, dish, new Set()));

/**
 * Add the defaults of groups that have just been opened, and of what these open.
 * @param {Offer} offer
 * @param {Dish} dish
 * @param {ReadonlySet<string>} chosen
 * @param {{group: Group}[]} opened
 * @returns {ReadonlySet<string>}
 */
function completed(offer, dish, chosen, opened) {
  const preset = opened.flatMap(({ group }) => group.defaults).filter((id) => missing(offer, id) === null);
  const now = new Set([...chosen, ...preset]);
  const fresh = groupsOf(offer.menu, dish, now).filter(
    ({ group, within }) => within && preset.includes(within.id) && !group.options.some((one) => now.has(one.id)),
  );
  return fresh.length > 0 ? completed(offer, dish, now, fresh) : now;
}

/**
 * Return what is chosen after a tap on an option: of a group with one choice it takes the place of the other, a full group takes no
 * more, and what only the former choice had opened is chosen no more.
 * @param {Offer} offer
 * @param {Dish} dish
 * @param {ReadonlySet<string>} chosen
 * @param {Group} group
 * @param {string} id of the option
 * @returns {ReadonlySet<string>}
 */
export function toggled(offer, dish, chosen, group, id) {
  const ofGroup = group.options.map((one) => one.id).filter((one) => chosen.has(one));
  const after = new Set(chosen);
  if (chosen.has(id)) {
    if (group.maxSelect === 1 && group.minSelect === 1) return chosen;
    after.delete(id);
  } else if (group.maxSelect === 1) {
    for (const one of ofGroup) after.delete(one);
    after.add(id);
  } else if (ofGroup.length < group.maxSelect) after.add(id);
  const open = groupsOf(offer.menu, dish, after);
  const possible = new Set(open.flatMap((one) => one.group.options.map((option) => option.id)));
  const kept = new Set([...after].filter((one) => possible.has(one)));
  const opened = open.filter(({ within }) => within?.id === id && !chosen.has(id));
  return opened.length > 0 ? completed(offer, dish, kept, opened) : kept;
}

/**
 * Return the groups of which too few options are chosen.
 * @param {Menu} menu
 * @param {Dish} dish
 * @param {ReadonlySet<string>} chosen
 * @returns {Group[]}
 */
export const unmet = (menu, dish, chosen) =>
  groupsOf(menu, dish, chosen)
    .map(({ group }) => group)
    .filter((group) => group.options.filter((option) => chosen.has(option.id)).length < group.minSelect);

/**
 * Return the chosen options in the order of the menu.
 * @param {Menu} menu
 * @param {Dish} dish
 * @param {ReadonlySet<string>} chosen
 * @returns {Option[]}
 */
export const chosenOf = (menu, dish, chosen) =>
  groupsOf(menu, dish, chosen).flatMap(({ group }) => group.options.filter((option) => chosen.has(option.id)));

/**
 * Return what one portion costs with its modifiers.
 * @param {Offer} offer
 * @param {Dish} dish
 * @param {ReadonlySet<string>} chosen
 */
export const priceWith = (offer, dish, chosen) =>
  chosenOf(offer.menu, dish, chosen).reduce((sum, option) => sum + option.price, priceOf(offer, dish));

/**
 * Return what a dish contains and whom it suits with these options: options add allergens and take diets away.
 * @param {Menu} menu
 * @param {Dish} dish
 * @param {ReadonlySet<string>} chosen
 * @returns {{allergens: Allergen[], diets: Diet[]}}
 */
export function contentOf(menu, dish, chosen) {
  const options = chosenOf(menu, dish, chosen);
  const allergens = new Set([...dish.allergens, ...options.flatMap((one) => one.allergens)]);
  const diets = options.reduce((left, one) => (one.diets ? left.filter((diet) => one.diets?.includes(diet)) : left), dish.diets);
  return { allergens: ALLERGENS.filter((one) => allergens.has(one)), diets };
}
