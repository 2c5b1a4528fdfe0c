// What the page does in a browser: charts answer the pointer, long tables fold, the contents follow the reader.
// Without scripts the page stands as it is: charts are drawn already, tables are whole.

const LONG = 12; // rows; a longer table folds
const SHOWN = 8; // as in screen.css

const element = (name, properties) => Object.assign(document.createElement(name), properties);

// --- charts ----------------------------------------------------------------------------------------------------------

const specs = JSON.parse(document.getElementById("chart-specs").textContent);
const tip = document.body.appendChild(element("div", { id: "tip", hidden: true }));

function showTip(_view, event, _item, text) {
  tip.hidden = !text;
  if (!text) return;
  const [head, ...lines] = text.split("\n");
  tip.replaceChildren(element("b", { textContent: head }), ...lines.flatMap((line, i) => (i ? [element("br"), line] : [line])));
  const at = event.touches?.[0] ?? event;
  const left = Math.min(at.clientX + 14, innerWidth - tip.offsetWidth - 6);
  const above = at.clientY - tip.offsetHeight - 12;
  tip.style.transform = `translate(${Math.max(6, left)}px, ${above > 6 ? above : at.clientY + 18}px)`;
}

// The drawn chart gives way to the live one made from the same specification (on a phone, to one as wide as a phone),
// and stays if that fails.
async function enliven(drawing) {
  const still = drawing.querySelector("svg");
  const [desk, phone] = specs[drawing.dataset.chart];
  const narrow = drawing.clientWidth < 480;
  const live = element("div", { className: "live" });
  live.setAttribute("role", "img");
  live.setAttribute("aria-label", still.querySelector("title").textContent);
  await vegaEmbed(live, narrow ? phone : desk, {
    actions: false, ast: true, defaultStyle: false, mode: "vega-lite", renderer: "svg", tooltip: showTip,
  });
  live.querySelector("svg").removeAttribute("style");
  live.classList.toggle("narrow", narrow);
  still.replaceWith(live);
}

const soon = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    soon.unobserve(target);
    enliven(target).catch(console.warn);
  }
}, { rootMargin: "400px" });
for (const drawing of document.querySelectorAll(".drawing")) soon.observe(drawing);
addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

// --- tables ----------------------------------------------------------------------------------------------------------

for (const figure of document.querySelectorAll("figure.table")) {
  const count = figure.querySelectorAll("tbody tr").length;
  if (count <= LONG) continue;
  const button = element("button", { className: "fold", type: "button" });
  const fold = (folded) => {
    figure.classList.toggle("folded", folded);
    button.textContent = folded ? `展开全部${count}行` : `收起，只看前${SHOWN}行`;
    button.setAttribute("aria-expanded", String(!folded));
  };
  button.onclick = () => {
    fold(!figure.classList.contains("folded"));
    if (figure.classList.contains("folded")) figure.scrollIntoView({ block: "nearest" });
  };
  fold(true);
  figure.querySelector(".scroll").after(button);
}

// --- contents --------------------------------------------------------------------------------------------------------

const links = new Map([...document.querySelectorAll("nav.toc a")].map((link) => [link.hash.slice(1), link]));
const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
let here;
function follow() {
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
  const link = links.get(passed.at(-1)?.id);
  if (link === here) return;
  here?.classList.remove("here");
  here = link;
  here?.classList.add("here");
  if (matchMedia("(min-width: 1180px)").matches) here?.scrollIntoView({ block: "nearest" });
}
addEventListener("scroll", () => requestAnimationFrame(follow), { passive: true });
follow();
