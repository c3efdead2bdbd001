// Draws every figure.chart over uPlot: colours of the theme, texts of the locale, a legend of buttons, and the table behind it in step.

import { language, localise } from "./console.js";

const NANO = 1e9;
const HOUR_S = 3600;
const DAY_S = 86400;
const DASHES = [[], [7, 4], [2, 3], [11, 3, 2, 3], [16, 4], [5, 2]]; // series are told apart without colour, too
const BARS = [[], [2, 1], [4, 2], [3, 1], [1, 1], [5, 1]]; // how the legend shows the same of bars
const HEIGHT = 200;
const drawn = new Map();

/** Give a chart other data, of the same shape as its macro takes: the drawing, the legend and the table follow. */
export function update(id, data) {
  const figure = document.getElementById(id);
  const chart = drawn.get(figure);
  if (!chart || JSON.stringify(data) === JSON.stringify(chart.data)) return;
  const alike = data.unit === chart.data.unit && labels(data) === labels(chart.data);
  chart.data = data;
  if (alike) chart.plot.setData(columns(chart));
  else rebuild(chart);
  tabulate(chart);
}

const labels = (data) => data.series.map((each) => each.label).join("\n");

// ── texts ──────────────────────────────────────────────────────────────────

const number = (value, options) => new Intl.NumberFormat(language, options).format(value);
const dollars = (value, more) => number(value / NANO, { style: "currency", currency: "USD", ...more });

/** Write a value in full. */
function whole(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "money") return Math.abs(value) < NANO / 100 ? dollars(value, { minimumFractionDigits: 2, maximumFractionDigits: 6 }) : dollars(value);
  if (unit === "percent") return number(value, { style: "percent", maximumFractionDigits: 1 });
  if (unit === "ms") return `${number(value, { maximumFractionDigits: 1 })} ms`;
  return number(value);
}

/** Write a value as shortly as an axis needs it. */
function short(value, unit) {
  const compact = { notation: "compact", maximumSignificantDigits: 3 };
  if (unit === "money") return dollars(value, { ...compact, minimumFractionDigits: 0 });
  if (unit === "percent") return number(value, { style: "percent" });
  if (unit === "ms") return value < 1000 ? `${number(value)} ms` : `${number(value / 1000, { maximumFractionDigits: 1 })} s`;
  return number(value, compact);
}

const moment = (seconds, options) => new Intl.DateTimeFormat(language, options).format(seconds * 1000);

function times(splits, step) {
  return splits.map((each) => {
    const midnight = new Date(each * 1000).getHours() === 0 && new Date(each * 1000).getMinutes() === 0;
    if (step >= DAY_S || midnight) return moment(each, { month: "short", day: "numeric" });
    return moment(each, { hour: "2-digit", minute: "2-digit" });
  });
}

// ── what is drawn ──────────────────────────────────────────────────────────

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const stacked = (chart) => chart.kind === "stack";
const soft = (colour) => `${colour}29`; // hexadecimal, a sixth of it

/** Return the columns as uPlot wants them; what is stacked stands on what is shown below it. */
function columns(chart) {
  const { times: at, series } = chart.data;
  if (!stacked(chart)) return [at, ...series.map((each) => each.values)];
  const ground = at.map(() => 0);
  const heights = series.map((each, place) => {
    if (chart.off.has(each.label)) return at.map(() => null);
    return each.values.map((value, row) => (ground[row] += value ?? 0));
  });
  return [at, ...heights.map((_each, place) => heights[series.length - 1 - place])];
}

/** Return which of the data's series is drawn in a place: the highest of a stack comes first, behind the others. */
const drawnAs = (chart, place) => (stacked(chart) ? chart.data.series.length - 1 - place : place);

function options(chart) {
  const { unit, series } = chart.data;
  const axis = { stroke: css("--quiet"), grid: { stroke: css("--line"), width: 1 }, ticks: { show: false }, font: `12px ${css("--sans")}` };
  const bars = chart.kind !== "lines";
  const [first, second] = chart.data.times;
  const step = second - first || HOUR_S; // one point alone stands in the middle of two hours
  const paths = bars ? uPlot.paths.bars({ size: [0.7, 28], align: 1 }) : undefined;
  const look = series.map((_each, place) => {
    const index = drawnAs(chart, place);
    const colour = css(`--s${(index % DASHES.length) + 1}`);
    const fill = bars ? hatched(colour, index) : series.length === 1 ? soft(colour) : undefined;
    return {
      label: series[index].label, show: !chart.off.has(series[index].label), stroke: colour, fill, paths,
      width: bars ? 0 : 2, dash: bars ? undefined : DASHES[index % DASHES.length], points: { show: false, size: 6, fill: colour, filter: bars ? undefined : (plot, at) => alone(plot.data[at]) },
    };
  });
  return {
    width: Math.max(chart.place.clientWidth, 120), height: HEIGHT, legend: { show: false }, series: [{}, ...look],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: !bars } },
    scales: { x: { time: true, range: (_plot, from, to) => (second === undefined ? [(first ?? 0) - step, (first ?? 0) + step] : [from, bars ? to + step : to]) }, y: { range: (_plot, _low, high) => [0, unit === "percent" ? Math.max(high ?? 0, 0.01) : high > 0 ? high * 1.08 : 1] } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 72, values: (_plot, splits, _axis, _space, step) => times(splits, step) },
      { ...axis, size: 64, space: 40, incrs: unit === "count" || unit === "tokens" ? wholeSteps : undefined, values: (_plot, splits) => splits.map((each) => short(each, unit)) },
    ],
    hooks: { setCursor: [(plot) => tell(chart, plot.cursor)] },
  };
}

/** Fill bars so that they are told apart without colour: plain, striped, dotted, lined. */
function hatched(colour, index) {
  if (index === 0) return colour;
  const tile = element("canvas"), draw = tile.getContext("2d");
  tile.width = tile.height = 6;
  draw.fillStyle = colour;
  draw.fillRect(0, 0, 6, 6);
  draw.fillStyle = css("--card");
  draw.globalAlpha = 0.4;
  if (index % 3 === 1) draw.fillRect(0, 0, 6, 2);
  else if (index % 3 === 2) draw.fillRect(2, 2, 2, 2);
  else draw.fillRect(0, 0, 1, 6);
  return draw.createPattern(tile, "repeat");
}

/** Return where a value stands between gaps, so that no line leads to it. */
function alone(values) {
  return values.flatMap((value, at) => (value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null ? [at] : []));
}

const wholeSteps = Array.from({ length: 19 }, (_each, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

function rebuild(chart) {
  chart.plot?.destroy();
  chart.plot = new uPlot(options(chart), columns(chart), chart.place);
  chart.tip = element("div", "tip");
  chart.tip.hidden = true;
  chart.plot.over.append(chart.tip);
  chart.plot.over.addEventListener("mouseleave", () => (chart.tip.hidden = true));
  explain(chart);
}

function element(name, kind = "", text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

/** Show the values under the pointer. */
function tell(chart, { idx, left }) {
  chart.tip.hidden = idx === null || idx === undefined || left < 0;
  if (chart.tip.hidden) return;
  const { times: at, series, unit } = chart.data;
  const lines = series.map((each, place) => [each, place]).filter(([each]) => !chart.off.has(each.label)).map(([each, place]) => {
    const line = element("p");
    line.append(swatch(chart, place), element("span", "", each.label), element("b", "", whole(each.values[idx], unit)));
    return line;
  });
  chart.tip.replaceChildren(element("p", "quiet", moment(at[idx], { dateStyle: "medium", timeStyle: "short" })), ...lines);
  const over = chart.plot.over.clientWidth;
  chart.tip.style.left = `${left > over / 2 ? Math.max(left - chart.tip.offsetWidth - 12, 0) : Math.min(left + 12, Math.max(over - chart.tip.offsetWidth, 0))}px`;
}

/** Draw how a series looks. */
function swatch(chart, place) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg"), line = document.createElementNS(space, "line");
  const bars = chart.kind !== "lines";
  for (const [name, value] of Object.entries({ width: 22, height: 10, "aria-hidden": true, class: `swatch s${(place % DASHES.length) + 1}` })) svg.setAttribute(name, value);
  const dash = (bars ? BARS : DASHES)[place % DASHES.length].join(" ");
  for (const [name, value] of Object.entries({ x1: bars ? 6 : 0, x2: bars ? 16 : 22, y1: 5, y2: 5, "stroke-width": bars ? 10 : 2.5, "stroke-dasharray": dash })) line.setAttribute(name, value);
  svg.append(line);
  return svg;
}

/** Make the legend: a button shows and hides its series. One series alone needs none. */
function explain(chart) {
  const { series } = chart.data;
  const buttons = series.map((each, place) => {
    const button = element("button", "plain", "");
    button.type = "button";
    button.setAttribute("aria-pressed", !chart.off.has(each.label));
    button.append(swatch(chart, place), element("span", "", each.label));
    button.addEventListener("click", () => toggle(chart, each.label, place));
    return button;
  });
  chart.legend.hidden = series.length < 2;
  chart.legend.replaceChildren(...buttons);
}

function toggle(chart, label, place) {
  if (!chart.off.delete(label)) chart.off.add(label);
  rebuild(chart);
  chart.legend.children[place].focus();
}

/** Write the table behind the drawing anew. */
function tabulate({ figure, data }) {
  const table = figure.querySelector("table");
  if (!table) return;
  const head = [...data.series.map((each) => element("th", "number", each.label))];
  head.forEach((each) => (each.scope = "col"));
  table.tHead.rows[0].replaceChildren(table.tHead.rows[0].cells[0], ...head);
  const rows = data.times.map((at, row) => {
    const line = element("tr"), cell = element("td"), time = element("time");
    time.dateTime = new Date(at * 1000).toISOString();
    time.dataset.form = "moment";
    cell.append(time);
    line.append(cell, ...data.series.map((each) => element("td", "number", whole(each.values[row], data.unit))));
    return line;
  });
  table.tBodies[0].replaceChildren(...rows);
  localise(table);
}

// ── beginning ──────────────────────────────────────────────────────────────

function begin(figure) {
  const place = figure.querySelector(".plot"), legend = element("div", "legend");
  const chart = { figure, place, legend, kind: figure.dataset.kind, data: JSON.parse(figure.dataset.chart), off: new Set() };
  place.after(legend);
  drawn.set(figure, chart);
  rebuild(chart);
  new ResizeObserver(() => chart.plot.setSize({ width: Math.max(place.clientWidth, 120), height: HEIGHT })).observe(place);
}

const redraw = () => drawn.forEach(rebuild);
document.querySelectorAll("figure.chart").forEach(begin);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
