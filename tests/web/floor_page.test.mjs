// What holds for the floor's page as it is written: its languages say the same, each kind of the protocol has a word, and it offers
// to each role what docs/permissions.md lets it send.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { isAllowed } from "../../web/floor/permission.js";
import { en } from "../../web/floor/words/en.js";
import { ro } from "../../web/floor/words/ro.js";

const ROOT = new URL("../../", import.meta.url);
const read = (name) => readFileSync(new URL(name, ROOT), "utf8");
const source = readdirSync(new URL("web/floor/", ROOT)).filter((name) => name.endsWith(".js")).map((name) => read(`web/floor/${name}`)).join("\n");
const blanks = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("every phrase is there in both languages, with the same blanks and the plurals of Romanian", () => {
  assert.deepEqual(Object.keys(ro).filter((one) => !one.endsWith(".few")), Object.keys(en));
  for (const [word, text] of Object.entries(en)) assert.deepEqual(blanks(ro[word]), blanks(text), word);
  for (const one of Object.keys(ro)) if (one.endsWith(".many")) assert.ok(one.replace(/many$/, "few") in ro, one);
  for (const one of Object.values(ro)) assert.doesNotMatch(one, /[şţŞŢ]/);
});

test("every phrase is used", () => {
  const made = /^(alarm|course|delivery|diningOption|mode|order|role|section|service|state|status|tab)\./;
  const stem = (word) => word.replace(/\.(one|few|many)$/, "");
  const isUsed = (word) => source.includes(`"${word}"`) || source.includes(`"${stem(word)}"`);
  assert.deepEqual(Object.keys(en).filter((word) => !made.test(word) && !isUsed(word)), []);
});

test("every alarm, course, state and request of the protocol has a word", () => {
  const types = read("web/client/protocol.d.ts");
  const kinds = { alarm: "AlarmKind", course: "Course", status: "LineStatus", service: "ServiceKind", delivery: "DeliveryStatus" };
  for (const [word, type] of Object.entries(kinds)) {
    const body = types.split(`export type ${type} =`)[1].split(";")[0];
    for (const [, value] of body.matchAll(/"(\w+)"/g)) assert.ok(`${word}.${value}` in en, `${word}.${value}`);
  }
});

test("each role is offered what it may send, and nothing else", () => {
  const table = read("docs/permissions.md").split("## On the floor")[1].split("\n## ")[0];
  const rows = [...table.matchAll(/^\| (.+) \|$/gm)].map(([, row]) => row.split(" | "));
  const [[, ...roles], , ...commands] = rows;
  assert.deepEqual(roles, ["WAITER", "CASHIER", "MANAGER", "CHEF", "STRANGER"]);
  assert.ok(commands.length > 70);
  for (const [command, ...cells] of commands) {
    const name = command.replaceAll("`", "");
    const own = ["staff:login", "staff:refresh", "staff:logout", "staff:change-password", "sync:get", "sync:probe"].includes(name);
    // The entrance has its own view; somebody who is in is asked for each command.
    for (const [at, role] of roles.entries()) if (!(own && role === "STRANGER")) assert.equal(isAllowed(name, [role]), cells[at] === "yes", `${name} ${role}`);
  }
});
