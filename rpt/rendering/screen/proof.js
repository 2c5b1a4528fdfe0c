// A click on a figure, a tap or Enter says what it is: its name, exact value, definition, formula and sheets. Of each
// table, paragraph or card one figure is reached with Tab, and the others from there with the arrow keys.

const known = JSON.parse(document.getElementById("figure-facts").textContent);
const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const REF = /^([^@[\]]+)@(\d{4})(?:Q([1-4])|-(\d{2}))?(?:\[(.+?)\])?(?:\.(.+))?$/;
const SHARES = new Set(["growth", "points", "attainment"]);

const panel = make("div", { id: "proof", hidden: true, tabIndex: -1 });
panel.setAttribute("role", "dialog");
panel.setAttribute("aria-labelledby", "proof-name");
document.body.append(panel);
let asked;

function grouped(digits) {
  const [whole, part] = digits.replace("-", "−").split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
}

// Exact: the point moves in the text, no number is made of it.
function percent(digits) {
  const sign = digits.startsWith("-") ? "-" : "";
  const [whole, part = ""] = digits.replace("-", "").split(".");
  const moved = part.padEnd(2, "0");
  const left = (whole + moved.slice(0, 2)).replace(/^0+(?=\d)/, "");
  return `${grouped(sign + left + (moved.slice(2) ? `.${moved.slice(2)}` : ""))}%`;
}

function cellName(figure) {
  const cell = figure.closest("td, th");
  const row = cell?.closest("tr");
  if (!row) return figure.closest(".card")?.querySelector(".name")?.textContent ?? "正文里的数";
  const head = cell.closest("table").querySelector("thead tr:last-child").cells[cell.cellIndex];
  return [row.cells[0] === cell ? "" : row.cells[0].textContent.trim(), head?.firstChild?.textContent.trim()].filter(Boolean).join("·");
}

function say(figure) {
  const { ref } = figure.dataset;
  const found = ref.match(REF);
  const [metric, year, quarter, month, scope, suffix] = found ? found.slice(1) : [];
  const [label, unit, definition, words, sheets] = known.metrics[metric] ?? [];
  const last = (suffix ?? ref).split(".").at(-1);
  const [kind, formula] = (suffix || !label ? known.kinds[suffix] ?? known.kinds[last] : undefined) ?? [];
  const [numbers, own, rests] = known.figures[ref] ?? [];
  const period = year && `${year}年${quarter ? `${"一二三四"[quarter - 1]}季度` : month ? `${Number(month)}月` : ""}`;
  const where = scope && scope.split("|").map((part) => part.split("=")[1]).join("·");
  const name = label ? `${period}${label}${where ? `（${where}）` : ""}${kind ? `：${kind}` : ""}` : cellName(figure);
  const value = figure.getAttribute("value");
  const share = SHARES.has(figure.classList[0]) || (unit === "比率" && figure.classList[0] !== "number");
  const exact = value && (share ? percent(value) : `${grouped(value)}${label && figure.classList[0] !== "number" ? ` ${unit}` : ""}`);
  const rows = [
    ["印出", figure.textContent],
    ["精确值", exact],
    ["口径", definition],
    ["算法", own || ((suffix ? formula : words) ?? formula)],
    ["代入", numbers],
    ["说明", known.lists[ref.startsWith("list.") ? ref.split(".")[1] : ""]],
    ["来源", (rests || sheets)?.map((at) => known.sheets[at]).join("\n")],
    ["编号", ref],
  ];
  return [name, rows.filter(([, text]) => text)];
}

function show(figure) {
  asked?.classList.remove("asked");
  asked = figure;
  asked.classList.add("asked");
  const [name, rows] = say(figure);
  const close = make("button", { type: "button", className: "close", textContent: "×", onclick: () => hide(true) });
  close.setAttribute("aria-label", "关闭");
  const list = make("dl", {}, ...rows.flatMap(([term, text]) => [make("dt", { textContent: term }), make("dd", { textContent: text })]));
  panel.replaceChildren(close, make("p", { id: "proof-name", textContent: name }), list);
  panel.hidden = false;
  panel.style.transform = "";
  if (innerWidth > 560) {
    const box = figure.getBoundingClientRect();
    const left = Math.max(12, Math.min(box.left, document.documentElement.clientWidth - panel.offsetWidth - 12));
    const lowest = innerHeight - panel.offsetHeight - 8;
    const top = box.bottom + 8 < lowest ? box.bottom + 8 : Math.min(box.top - panel.offsetHeight - 8, lowest);
    panel.style.transform = `translate(${left}px, ${Math.max(8, top)}px)`;
  }
  panel.focus({ preventScroll: true });
}

function hide(back) {
  if (panel.hidden) return;
  panel.hidden = true;
  asked.classList.remove("asked");
  if (back) asked.focus({ preventScroll: true });
}

const figures = [...document.querySelectorAll("data[data-ref]")];
const groupOf = (figure) => figure.closest("figure.table, .cards, p, li, td, div");
const groups = Map.groupBy?.(figures, groupOf) ?? figures.reduce((map, one) => map.set(groupOf(one), [...(map.get(groupOf(one)) ?? []), one]), new Map());
for (const group of groups.values()) group.forEach((figure, at) => {
  figure.tabIndex = at ? -1 : 0;
  figure.setAttribute("role", "button");
  figure.setAttribute("aria-haspopup", "dialog");
});

function neighbour(figure, key) {
  const group = groups.get(groupOf(figure)).filter((one) => one.offsetParent);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
  const cell = figure.closest("td, th");
  if (!cell || key === "ArrowRight" || key === "ArrowLeft") return group[group.indexOf(figure) + step];
  const column = group.filter((one) => one.closest("td, th")?.cellIndex === cell.cellIndex);
  return column[column.indexOf(figure) + step];
}

addEventListener("click", ({ target }) => {
  const figure = target.closest("data[data-ref]");
  if (figure) show(figure);
  else if (!panel.contains(target)) hide(false);
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") return hide(true);
  const figure = event.target.closest?.("data[data-ref]");
  if (!figure) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    show(figure);
  } else if (event.key.startsWith("Arrow")) {
    const next = neighbour(figure, event.key);
    if (!next) return;
    event.preventDefault();
    for (const one of groups.get(groupOf(figure))) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  }
});
