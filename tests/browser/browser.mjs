// A browser that loads pages from files, and what it says and asks for while it does.
import { createRequire } from "node:module";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// Packages live in the build folder, beside what else is built.
const modules = createRequire(join(process.env.GMIX_BROWSER_DIR, "package.json"));
const { chromium } = modules("playwright-core");
const axe = modules("axe-core").source;

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--force-color-profile=srgb"];

export async function openBrowser() {
  const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .find(existsSync);
  if (!program) {
    throw new Error("no Chromium: install the package chromium");
  }
  const profile = mkdtempSync(join(tmpdir(), "gmix-browser-"));
  const context = await chromium.launchPersistentContext(profile,
    { executablePath: program, args: FLAGS, timeout: 60000, viewport: { width: 1200, height: 900 } });
  context.setDefaultTimeout(20000);
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, close };
}

// A page with `said`: errors, warnings, and requests other than for the file itself.
export async function openPage(context, file, { scheme = "light", width = 1200 } = {}) {
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  page.said = [];
  page.on("console", (line) => {
    if (["error", "warning"].includes(line.type())) {
      page.said.push(`${line.type()}: ${line.text()}`);
    }
  });
  page.on("pageerror", (error) => page.said.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== url) {
      page.said.push(`request: ${request.url()}`);
    }
  });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  await page.setViewportSize({ width, height: 900 });
  await page.goto(url);
  return page;
}

// The serious and critical faults that axe finds, one text each; `only` names rules. What is
// drawn in a picture is its own to say, and thousands of marks take axe minutes: they go, so
// this comes last.
export async function faults(page, only) {
  await page.evaluate(() => document.querySelectorAll(".canvas svg > :not(title, desc)")
    .forEach((part) => part.remove()));
  await page.evaluate(axe);
  const found = await page.evaluate((rules) => window.axe.run(document,
    { resultTypes: ["violations"], ...(rules && { runOnly: rules }) }), only);
  return found.violations
    .filter((fault) => ["serious", "critical"].includes(fault.impact))
    .map((fault) => `${fault.id}: ${fault.help}: ` +
      fault.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.failureSummary})`).join(" | "));
}
