// How the map looks: quiet ground and roads from our own data, so that the routes stand out.

const FONT = ["Be Vietnam Pro"];
const FONT_BOLD = ["Be Vietnam Pro SemiBold"];
const NONE = { type: "FeatureCollection", features: [] };
const INK = { text: "#3b4a44", halo: "#ffffff", water: "#5f8fae", ward: "#7c8b84" };

const source = () => ({ type: "geojson", data: NONE });
export const SOURCES = ["barriers", "units", "roads", "places", "routes", "stops", "chosen", "unassigned", "couriers"];

/** Layers that answer a click, the topmost first. */
export const CLICKABLE = ["courier", "chosen-stop", "unassigned", "place", "stop", "route"];

const byClass = (big, second, third, rest) => [
  "match", ["get", "class"], ["motorway", "trunk", "primary"], big, ["secondary"], second, ["tertiary"], third, rest,
];
const wide = (extra) => [
  "interpolate", ["exponential", 1.6], ["zoom"],
  10, ["+", byClass(1.5, 1.1, 0.8, 0.3), extra * 0.6],
  13, ["+", byClass(4.2, 3.2, 2.4, 1.2), extra],
  17, ["+", byClass(16, 13, 11, 8), extra],
];
const dimmed = (dim, plain) => ["case", ["boolean", ["feature-state", "dim"], false], dim, plain];
const round = { "line-cap": "round", "line-join": "round" };
// A line of 150 m: what the middle lines of rivers stand for, not a measured bank.
const RIVER = ["interpolate", ["exponential", 2], ["zoom"], 10, 2, 13, 16, 16, 128];

const ground = [
  { id: "ground", type: "background", paint: { "background-color": "#eef1f0" } },
  {
    id: "unit", type: "fill", source: "units", filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": "#f7f9f8", "fill-outline-color": "#cfd9d4" },
  },
  {
    id: "river", type: "line", source: "barriers", layout: round,
    paint: { "line-color": ["match", ["slice", ["get", "name"], 0, 4], ["Sông"], "#c6deea", "#d9dfdc"], "line-width": RIVER },
  },
  { id: "road-edge", type: "line", source: "roads", layout: round, paint: { "line-color": byClass("#d8b878", "#d3cbb6", "#cdd4d0", "#d3dad6"), "line-width": wide(1.6) } },
  { id: "road", type: "line", source: "roads", layout: round, paint: { "line-color": byClass("#fdeecb", "#fdf7e6", "#ffffff", "#ffffff"), "line-width": wide(0) } },
];

const words = [
  {
    id: "road-name", type: "symbol", source: "roads", minzoom: 13.2, filter: ["!=", ["get", "name"], ""],
    layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "symbol-spacing": 320 },
    paint: { "text-color": "#6d6a5c", "text-halo-color": INK.halo, "text-halo-width": 1.6 },
  },
  {
    id: "river-name", type: "symbol", source: "barriers", minzoom: 11.5, filter: ["==", ["slice", ["get", "name"], 0, 4], "Sông"],
    layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-letter-spacing": 0.08 },
    paint: { "text-color": INK.water, "text-halo-color": INK.halo, "text-halo-width": 1.2 },
  },
];

const wards = [
  {
    id: "unit-name", type: "symbol", source: "units", minzoom: 10, maxzoom: 14.5,
    layout: { "text-field": ["get", "name"], "text-font": FONT_BOLD, "text-size": ["interpolate", ["linear"], ["zoom"], 10, 11, 14, 14], "text-letter-spacing": 0.04, "text-max-width": 8, "text-padding": 14 },
    paint: { "text-color": INK.ward, "text-halo-color": INK.halo, "text-halo-width": 1.8 },
  },
];

const lines = [
  { id: "route-edge", type: "line", source: "routes", layout: round, paint: { "line-color": "#fff", "line-width": ["interpolate", ["linear"], ["zoom"], 10, 3.4, 14, 6.4], "line-opacity": dimmed(0, 0.85) } },
  { id: "route", type: "line", source: "routes", layout: round, paint: { "line-color": ["get", "colour"], "line-width": ["interpolate", ["linear"], ["zoom"], 10, 2, 14, 3.8], "line-opacity": dimmed(0.1, 0.88) } },
];

const points = [
  {
    id: "stop", type: "circle", source: "stops",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 3, 12.5, 5.5, 15, 10], "circle-color": ["get", "colour"],
      "circle-stroke-color": "#fff", "circle-stroke-width": 1.3, "circle-opacity": dimmed(0.1, 1), "circle-stroke-opacity": dimmed(0.1, 1),
    },
  },
  {
    id: "stop-number", type: "symbol", source: "stops", minzoom: 13.4,
    layout: { "text-field": ["get", "label"], "text-font": FONT_BOLD, "text-size": 11 },
    paint: { "text-color": "#fff", "text-opacity": dimmed(0, 1) },
  },
  {
    id: "place", type: "symbol", source: "places",
    layout: { "icon-image": ["get", "kind"], "icon-size": ["interpolate", ["linear"], ["zoom"], 10, 0.6, 13, 1], "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["match", ["get", "kind"], "OFFICE", 2, 1] },
  },
  {
    id: "place-name", type: "symbol", source: "places", minzoom: 12.6,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 1.1, "text-justify": "auto", "text-max-width": 10, "text-optional": true },
    paint: { "text-color": ["match", ["get", "kind"], "OFFICE", "#123a6b", "#7a4f00"], "text-halo-color": INK.halo, "text-halo-width": 1.8 },
  },
];

const front = [
  { id: "chosen-edge", type: "line", source: "routes", filter: ["==", ["get", "route_id"], ""], layout: round, paint: { "line-color": "#fff", "line-width": 7.5 } },
  { id: "chosen-route", type: "line", source: "routes", filter: ["==", ["get", "route_id"], ""], layout: round, paint: { "line-color": ["get", "colour"], "line-width": 4.4 } },
  {
    id: "chosen-arrow", type: "symbol", source: "routes", filter: ["==", ["get", "route_id"], ""],
    layout: { "symbol-placement": "line", "symbol-spacing": 70, "icon-image": "ARROW", "icon-size": 0.7, "icon-allow-overlap": true, "icon-ignore-placement": true },
  },
  {
    id: "unassigned", type: "symbol", source: "unassigned",
    layout: { "icon-image": "LEFT", "icon-size": ["interpolate", ["linear"], ["zoom"], 10, 0.8, 13, 1], "icon-allow-overlap": true, "icon-ignore-placement": true },
  },
  {
    id: "chosen-stop", type: "symbol", source: "chosen",
    layout: {
      "icon-image": ["get", "pin"], "icon-allow-overlap": true, "icon-ignore-placement": true,
      "symbol-sort-key": ["-", 0, ["get", "ordinal"]], // an early stop lies over a later one
    },
  },
];

const riders = [
  {
    id: "courier-coarse", type: "circle", source: "couriers", filter: ["get", "coarse"],
    paint: { "circle-radius": ["interpolate", ["exponential", 2], ["zoom"], 10, 4, 17, 180], "circle-color": "#55655e", "circle-opacity": 0.16 },
  },
  {
    id: "courier", type: "circle", source: "couriers",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 7, 14, 10], "circle-color": "#fff", "circle-opacity": ["case", ["get", "old"], 0.75, 1],
      "circle-stroke-color": ["case", ["get", "old"], "#8d9a94", ["get", "colour"]], "circle-stroke-width": 4.5,
    },
  },
  {
    id: "courier-code", type: "symbol", source: "couriers",
    layout: { "text-field": ["get", "code"], "text-font": FONT_BOLD, "text-size": 11.5, "text-anchor": "top", "text-offset": [0, 1.1], "text-allow-overlap": true },
    paint: { "text-color": ["case", ["get", "old"], "#55655e", "#16211d"], "text-halo-color": "#fff", "text-halo-width": 2 },
  },
];

/** The MapLibre style: no glyphs, sprites or tiles are asked for; letters come from the page's font. */
export function mapStyle() {
  return {
    version: 8,
    sources: Object.fromEntries(SOURCES.map((name) => [name, source()])),
    layers: [...ground, ...words, ...lines, ...wards, ...points, ...front, ...riders],
  };
}
