/* What makes a page answer: switches for components, tables that sort, points that say what
   they are. Without it the page is complete, only still. ASCII only. */
"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  /* Switches: a component's marks in every picture, its columns, its card. */
  const switches = all("[data-switch]").filter((b) => b.hasAttribute("aria-pressed"));
  const show = (button, on) => {
    button.setAttribute("aria-pressed", String(on));
    for (const part of all(`[data-component="${button.dataset.switch}"]`)) {
      part.classList.toggle("off", !on);
    }
  };
  for (const button of switches) {
    button.addEventListener("click", () =>
      show(button, button.getAttribute("aria-pressed") !== "true"));
  }
  for (const name of ["all", "none"]) {
    for (const button of all(`[data-switch="${name}"]`)) {
      button.addEventListener("click", () => switches.forEach((b) => show(b, name === "all")));
    }
  }
  for (const bar of all(".switches")) {
    bar.hidden = false;
  }

  /* Tables: a click on a heading sorts by its column, another one the other way round. */
  const key = (row, at) => {
    const cell = row.cells[at];
    const text = (cell.dataset.value ?? cell.textContent.trim()).replace("\u2212", "-");
    const number = Number(text);
    return text === "" || Number.isNaN(number) ? text : number;
  };
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b
    : typeof a === "number" ? -1
    : typeof b === "number" ? 1
    : a.localeCompare(b);
  const sort = (table, heading) => {
    const down = heading.getAttribute("aria-sort") === "ascending";
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [key(row, heading.cellIndex), row]);
    rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
    body.append(...rows.map(([, row]) => row));
    for (const other of heading.parentNode.cells) {
      other.removeAttribute("aria-sort");
    }
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  };
  for (const table of all("table.sortable")) {
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, heading));
      heading.append(button);
    }
  }

  /* Points: the row under the pointer, or the one that the arrow keys have reached. */
  const data = JSON.parse(document.getElementById("points").textContent);
  const rows = new Map(data.rows.map(([row, values, groups], i) =>
    [String(row), { values, groups, name: data.names?.[i] }]));
  const tip = document.getElementById("tip");
  const pair = (list, name, value) => {
    const term = document.createElement("dt");
    const detail = document.createElement("dd");
    term.textContent = name;
    detail.textContent = value;
    list.append(term, detail);
  };
  const describe = (row) => {
    const { values, groups, name: called } = rows.get(row);
    const head = document.createElement("b");
    const list = document.createElement("dl");
    head.textContent = called ? `${called} (row ${Number(row) + 1})` : `Row ${Number(row) + 1}`;
    data.features.forEach((name, i) =>
      pair(list, name, values[i] === null ? "missing" : String(values[i]).replace("-", "\u2212")));
    for (let i = 0; i < groups.length; i += 2) {
      pair(list, groups[i] < 0 ? "noise" : data.components?.[groups[i]] ?? `component ${groups[i]}`,
        `${(groups[i + 1] / 10).toFixed(1)}\u202f%`);
    }
    tip.replaceChildren(head, list);
  };
  let shown = null;
  let marked = null; /* the point beside which it says so */
  const hide = () => {
    all(".point.on").forEach((point) => point.classList.remove("on"));
    tip.hidden = true;
    shown = marked = null;
  };
  const point_at = (point) => {
    const row = point.dataset.row;
    if (!rows.has(row)) {
      return;
    }
    if (shown !== row) {
      hide();
      describe(row);
      all(`.point[data-row="${row}"]`).forEach((p) => p.classList.add("on"));
      shown = row;
    }
    tip.hidden = false;
    marked = point;
    place(point);
  };
  const place = (point) => {
    const at = point.getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    const right = at.right + 12 + size.width < innerWidth;
    tip.style.left = `${Math.max(4, right ? at.right + 12 : at.left - 12 - size.width)}px`;
    tip.style.top = `${Math.max(4, Math.min(at.top - size.height / 2, innerHeight - size.height - 4))}px`;
  };
  addEventListener("scroll", () => marked && place(marked), { passive: true, capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      hide();
    }
  });

  /* Points are small: one a few pixels off will do. */
  const around = [[0, 0], [4, 0], [-4, 0], [0, 4], [0, -4], [6, 6], [-6, 6], [6, -6], [-6, -6]];
  const near = (x, y) => {
    for (const [dx, dy] of around) {
      const point = document.elementFromPoint(x + dx, y + dy)?.closest(".point[data-row]");
      if (point) {
        return point;
      }
    }
    return null;
  };

  /* Left to right, as the eye goes; only what is switched on. */
  const order = (canvas) =>
    all(".point[data-row]", canvas)
      .map((point) => [point, point.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0)
      .sort(([, a], [, b]) => a.left - b.left || a.top - b.top)
      .map(([point]) => point);
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const step = (canvas, by) => {
    const points = order(canvas);
    const now = points.findIndex((p) => p.dataset.row === shown);
    const next = points[now < 0 ? (by > 0 ? 0 : points.length - 1) : now + by];
    if (next) {
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
      point_at(next);
    }
  };
  for (const canvas of all(".canvas")) {
    canvas.addEventListener("pointermove", (event) => {
      const point = near(event.clientX, event.clientY);
      if (point) {
        point_at(point);
      } else {
        hide();
      }
    });
    canvas.addEventListener("pointerleave", hide);
    /* a picture may also be wider than its place, and is then moved by the same keys */
    const title = canvas.closest("figure").querySelector("h3").textContent;
    const has_points = canvas.querySelector(".point[data-row]") !== null;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "group");
    canvas.setAttribute("aria-label",
      has_points ? `${title}: arrow keys go from row to row` : title);
    if (has_points) {
      canvas.addEventListener("blur", hide);
      canvas.addEventListener("keydown", (event) => {
        if (event.key in steps) {
          event.preventDefault();
          step(canvas, steps[event.key]);
        }
      });
    }
  }

  /* The rows of a table, if they are points somewhere. */
  for (const row of all("tr[data-about]")) {
    const mark = (on) => () =>
      all(`.point[data-row="${row.dataset.about}"]`).forEach((p) => p.classList.toggle("on", on));
    row.addEventListener("pointerenter", mark(true));
    row.addEventListener("pointerleave", mark(false));
  }
})();
