// Pages of gmix report in a real browser: GMIX_BROWSER_DIR holds the packages and takes the
// pages and screenshots, GMIX is the command, GMIX_SOURCE the tree.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { faults, openBrowser, openPage } from "./browser.mjs";

const out = process.env.GMIX_BROWSER_DIR;
const pages = join(out, "pages");
const pictures = join(out, "screenshots");
const data = (name) => join(process.env.GMIX_SOURCE, "data", `${name}.csv`);
const gmix = (...args) => execFileSync(process.env.GMIX, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

// Makes a page and gives its path. Words after the data go to gmix fit.
function report(name, table, ...options) {
  const page = join(pages, `${name}.html`);
  gmix("fit", table, "--quiet", "--report", page, ...options);
  return page;
}

function write(name, text) {
  const path = join(pages, name);
  writeFileSync(path, text);
  return path;
}

// Row i of a table made without any program's random numbers: fractions of i times irrationals.
const fraction = (i, by) => (i * by) % 1;
function spread(n, d, groups) {
  const lines = [Array.from({ length: d }, (_, j) => `f${j}`).join(",")];
  for (let i = 0; i < n; i++) {
    const centre = i % groups;
    lines.push(Array.from({ length: d }, (_, j) => {
      const a = fraction(i + 1, 0.7548776662 + 0.01 * j) + 1e-9;
      const b = fraction(i + 1, 0.5698402910 + 0.013 * j);
      const normal = Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
      return (normal + 5 * Math.sin(centre * (1.3 + 0.2 * j))).toFixed(4);
    }).join(","));
  }
  return lines.join("\n") + "\n";
}

let browser;
before(async () => {
  mkdirSync(pages, { recursive: true });
  mkdirSync(pictures, { recursive: true });
  browser = await openBrowser();
});
after(() => browser?.close());

// Moves the pointer to a point's middle, or so many pixels left of it.
async function hover(page, point, left = 0) {
  await point.scrollIntoViewIfNeeded();
  const box = await point.boundingBox();
  await page.mouse.move(box.x + box.width / 2 - left, box.y + box.height / 2);
}

// Light, dark and narrow: a picture of each, nothing said, nothing too wide, no fault.
async function inspect(file, name) {
  const page = await openPage(browser.context, file);
  for (const [scheme, width] of [["light", 1200], ["dark", 1200], ["light", 360]]) {
    const size = width === 360 ? "-narrow" : "";
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(pictures, `${name}-${scheme}${size}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${name}: ${wide} px wide in a window of ${width} px`);
    const cut = await page.locator(".canvas").evaluateAll((all) => all.filter((c) => c.scrollWidth > c.clientWidth).length);
    assert.equal(cut, 0, `${name}: pictures that have to be scrolled at ${width} px`);
  }
  assert.deepEqual(await faults(page), [], `${name}, light`);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual(await faults(page, ["color-contrast"]), [], `${name}, dark`);
  assert.deepEqual(page.said, [], name);
  await page.close();
}

const large = () => write("large.csv", spread(100000, 3, 4));
const subjects = [
  ["faithful", () => report("faithful", data("faithful"), "-k", "2")],
  ["iris", () => report("iris", data("iris"), "-k", "3")],
  ["body", () => report("body", data("body"), "-k", "2")],
  ["large", () => report("large", large(), "-k", "4", "--tol", "1e-4", "--search", "quick")],
];

for (const [name, make] of subjects) {
  test(`${name}: no errors, no requests, no serious fault`, async () => {
    const file = make();
    assert.ok(statSync(file).size < 3e6, `${statSync(file).size} bytes`);
    await inspect(file, name);
  });
}

test("components are switched off and on, by mouse and keyboard, in every picture", async () => {
  const page = await openPage(browser.context, report("switch", data("faithful"), "-k", "2"));
  const visible = (k) => page.locator(`svg [data-component="${k}"] .point:visible`).count();
  const button = page.getByRole("button", { name: "Component 1", exact: true });
  const [zero, one] = [await visible(0), await visible(1)];
  assert.ok(zero > 50 && one > 50, `${zero}, ${one}`);
  await button.click();
  assert.equal(await button.getAttribute("aria-pressed"), "false");
  assert.equal(await visible(1), 0);
  assert.equal(await visible(0), zero);
  await button.focus();
  await page.keyboard.press("Space");
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  assert.equal(await visible(1), one);
  await button.click();
  await page.getByRole("button", { name: "All", exact: true }).click();
  assert.equal(await visible(1), one);
  await page.getByRole("button", { name: "None", exact: true }).click();
  assert.equal(await visible(0), 0);
  await page.close();
});

test("on a phone letters are as large as elsewhere; on paper no table runs off the page", async () => {
  const page = await openPage(browser.context, report("many", write("many.csv", spread(1500, 10, 12)), "-k", "12"),
    { width: 390 });
  const small = await page.evaluate(() => Array.from(document.querySelectorAll(".canvas svg text"))
    .map((t) => [t.getBoundingClientRect().height, t]).filter(([h]) => h > 0 && h < 9).length);
  assert.equal(small, 0);
  assert.ok(await page.locator(".canvas.narrow:visible").count() >= 3);
  assert.equal(await page.locator(".canvas.broad:visible").count(), 0);
  await page.setViewportSize({ width: 690, height: 900 }); // A4 within its margins
  await page.emulateMedia({ media: "print" });
  const off = await page.evaluate(() => Array.from(document.querySelectorAll("table"))
    .filter((t) => t.getBoundingClientRect().right > innerWidth).length);
  assert.equal(off, 0);
  assert.equal(await page.locator(".canvas.narrow:visible").count(), 0);
  await page.close();
});

test("components have the same colour everywhere, in light and dark", async () => {
  const page = await openPage(browser.context, join(pages, "iris.html"));
  const colours = () => page.evaluate(() => [0, 1, 2].map((k) => {
    const colour = (selector, what) => getComputedStyle(document.querySelector(selector))[what];
    return [colour(`.card[data-component="${k}"]`, "borderTopColor"),
      colour(`.canvas[data-kind="matrix"] [data-component="${k}"] .point`, "fill")];
  }));
  const light = await colours();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await colours();
  for (const [card, point] of [...light, ...dark]) {
    assert.equal(card, point);
  }
  assert.equal(new Set([...light, ...dark].map(([card]) => card)).size, 6);
  await page.close();
});

test("tables sort by a click and by the keyboard, numbers as numbers", async () => {
  const page = await openPage(browser.context, report("sort", data("iris"), "-k", "3"));
  const table = page.getByRole("table", { name: "Rows of lowest density" });
  const column = async (at) => (await table.locator("tbody tr").evaluateAll(
    (rows, i) => rows.map((row) => Number(row.cells[i].textContent)), at));
  const heading = table.getByRole("columnheader", { name: "Row" });
  const before = await column(0);
  const up = [...before].sort((a, b) => a - b);
  assert.notDeepEqual(before, up);
  await heading.getByRole("button").click();
  assert.deepEqual(await column(0), up);
  assert.equal(await heading.getAttribute("aria-sort"), "ascending");
  await page.keyboard.press("Enter");
  assert.deepEqual(await column(0), up.reverse());
  assert.equal(await heading.getAttribute("aria-sort"), "descending");
  const density = table.getByRole("columnheader", { name: "Log-density" });
  assert.equal(await density.getAttribute("aria-sort"), null);
  await density.getByRole("button").click();
  assert.deepEqual(await column(0), before);
  await page.close();
});

test("points say their row, values and responsibilities, to pointer and keyboard", async () => {
  const page = await openPage(browser.context, report("hover", data("faithful"), "-k", "2"));
  const tip = page.locator("#tip");
  assert.equal(await tip.isVisible(), false);
  await hover(page, page.locator('.canvas.broad[data-kind="scatter"] .point[data-row="243"]'));
  const said = await tip.innerText();
  for (const part of ["Row 244", "eruptions", "2.9", "waiting", "63", "component 0", "component 1"]) {
    assert.ok(said.includes(part), `${part} in ${JSON.stringify(said)}`);
  }
  const shares = [...said.matchAll(/([\d.]+)\s%/g)].map((m) => Number(m[1]));
  assert.ok(Math.abs(shares[0] + shares[1] - 100) < 0.11, said);
  await page.keyboard.press("Escape");
  assert.equal(await tip.isVisible(), false);

  const canvas = page.locator('.canvas.broad[data-kind="scatter"]');
  await canvas.focus();
  await page.keyboard.press("ArrowRight");
  const first = await tip.innerText();
  await page.keyboard.press("ArrowRight");
  const second = await tip.innerText();
  assert.match(first, /^Row \d+/);
  assert.notEqual(first, second);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await tip.innerText(), first);
  assert.equal(await canvas.locator(".point.on").count(), 1);
  await page.close();
});

test("a point is found from a few pixels away, and left", async () => {
  const page = await openPage(browser.context, join(pages, "hover.html"));
  const tip = page.locator("#tip");
  await hover(page, page.locator('.canvas.broad[data-kind="scatter"] .point[data-row="243"]'), 7);
  assert.match(await tip.innerText(), /^Row 244/);
  await page.mouse.move(5, 5);
  assert.equal(await tip.isVisible(), false);
  await page.close();
});

// Names that would do harm if any of them were taken for markup.
const nasty = ["<script>window.hurt=1</script>", "\"quoted\" & 'single'",
  "</script><img src=x onerror=window.hurt=2>", "emoji \u{1F98A} \u00e9", "data-row=\"1\""];
const cell = (text) => `"${text.replaceAll('"', '""')}"`;

test("names with markup, quotes and emoji are only names", async () => {
  const lines = spread(120, 5, 2).split("\n");
  lines[0] = nasty.map(cell).join(",");
  const page = await openPage(browser.context,
    report("nasty", write("<nasty>.csv", lines.join("\n")), "-k", "2"));
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  assert.deepEqual(page.said, []);
  assert.equal(await page.locator("img").count(), 0);
  const text = await page.locator("#features").innerText();
  for (const name of nasty) {
    assert.ok(text.includes(name), `${name} in ${text}`);
  }
  await hover(page, page.locator('.canvas[data-kind="matrix"] .point[data-row="7"]').first());
  assert.ok((await page.locator("#tip").innerText()).includes(nasty[0]));
  await page.close();
});

// A model of two round components, made by hand: for data that no fit accepts.
const plain = { format: "gmix-model", version: 1, feature_names: ["a", "b"], covariance: "diag",
  weights: [0.5, 0.5], means: [[0, 0], [2, 2]], covariances: [[1, 1], [1, 1]] };

const odd = [
  ["one row", "a,b\n1,2\n", { model: plain }],
  ["constant feature", `a,b\n${"7,0.5\n7,2\n7,1\n".repeat(9)}`, { model: plain }],
  ["feature without a cell", `a,b\n${"NA,0.5\nNA,2\nNA,1\n".repeat(9)}`, { model: plain }],
  ["far away", "a,b\n1e300,2\n-1e12,1e-300\n3,3\n", { model: plain }],
  ["one feature", spread(80, 1, 2), { options: ["-k", "2"] }],
  ["one component", spread(60, 2, 1), { options: ["-k", "1"] }],
  ["one component of one feature", spread(40, 1, 1), { options: ["-k", "1"] }],
  ["200 features", spread(450, 200, 2), { options: ["-k", "2", "-c", "diag"], axe: false }],
  ["missing cells", spread(90, 3, 2).replace(/\n[^,\n]*,/g, (m, at) => (at % 7 ? m : "\n,")), { options: ["-k", "2"] }],
  ["noise", spread(150, 2, 2), { options: ["-k", "2", "--noise", "0.1"] }],
  ["classes", `${spread(90, 2, 3).split("\n").map((line, i) => (i ? `${line},c<${i % 3}>` : `${line},kind`)).filter((l) => l.length > 9).join("\n")}\n`,
    { options: ["--labels", "kind"] }],
  ["thirty components", spread(900, 2, 30), { options: ["-k", "30", "--search", "quick"], axe: false }],
];

// Where axe is left out, the page has many elements and none of another kind.
for (const [name, text, { options = [], model = null, axe = true }] of odd) {
  test(`${name}: draws or explains`, async () => {
    const table = write(`${name}.csv`, text);
    let file = join(pages, `${name}.html`);
    if (model) {
      gmix("report", write("model.json", JSON.stringify(model)), table, "-o", file);
    } else {
      file = report(name, table, ...options);
    }
    const page = await openPage(browser.context, file);
    assert.deepEqual(page.said, []);
    assert.match(await page.locator("h1").innerText(), /group/);
    assert.doesNotMatch(await page.locator("main").innerText(), /\bnan\b|\binf\b|undefined/i);
    await page.screenshot({ path: join(pictures, `${name.replaceAll(" ", "-")}.png`), fullPage: true });
    if (axe) {
      assert.deepEqual(await faults(page), []);
    }
    await page.close();
  });
}

test("the models compared are a table and a picture", async () => {
  const fitted = join(pages, "fitted.json");
  gmix("fit", data("faithful"), "-k", "2", "--quiet", "-o", fitted);
  const model = JSON.parse(readFileSync(fitted, "utf8"));
  const tried = (components, covariance, bic, status = "ok") => ({ components, covariance, status,
    start: "search", n_parameters: 11, log_likelihood: -bic / 2, bic, icl: bic, aic: bic, aicc: bic,
    ...(status !== "ok" && { reason: "<b>no</b> sound solution", bic: null, log_likelihood: null }) });
  Object.assign(model.fit, { criterion: "bic", candidates: [tried(1, "full", 2607.6),
    tried(1, "tied", 2607.7), tried(2, "full", 2322.2), tried(2, "tied", 2325.2),
    tried(3, "full", 2351.1), tried(3, "tied", 0, "singular")] });
  const file = join(pages, "selection.html");
  gmix("report", write("selection.json", JSON.stringify(model)), data("faithful"), "-o", file);
  const page = await openPage(browser.context, file);
  const rows = page.getByRole("table", { name: "Models compared" }).locator("tbody tr");
  assert.equal(await rows.count(), 6);
  assert.match(await rows.nth(0).innerText(), /2 chosen\s+VVV\s+2322\.20/);
  assert.match(await rows.nth(5).innerText(), /singular: <b>no<\/b> sound solution/);
  assert.match(await page.locator("#answer").innerText(), /chosen among 6 by BIC/);
  assert.match(await page.locator("#selection").innerText(),
    /choice was by BIC.*next best has 2 components of family EEE, and is 3\.00 behind/s);
  assert.equal(await page.locator('.canvas.broad[data-kind="selection"] svg').count(), 1);
  await page.screenshot({ path: join(pictures, "selection.png"), fullPage: true });
  assert.deepEqual(await faults(page), []);
  assert.deepEqual(page.said, []);
  await page.close();
});

test("in print nothing is left that only works on a screen", async () => {
  const page = await openPage(browser.context, join(pages, "iris.html"), { scheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  assert.equal(await page.locator(".switches").isVisible(), false);
  assert.equal(await page.locator("nav").isVisible(), false);
  await page.screenshot({ path: join(pictures, "iris-print.png"), fullPage: true });
  await page.close();
});
