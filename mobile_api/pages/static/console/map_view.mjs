// The map: our own vector data only (roads, units, places), routes by colour, stop popups.
import * as maplibregl from "/vendor/maplibre-gl/maplibre-gl.mjs";
import { STOP_WORDS, VISIT_WORDS, clock, element, routeColour } from "./format.mjs";

const FONT = ["Be Vietnam Pro"];
const EMPTY = { type: "FeatureCollection", features: [] };
const ROAD_WIDTH = ["match", ["get", "class"], ["motorway", "trunk", "primary"], 3.2, ["secondary"], 2.4, ["tertiary"], 1.7, 0.9];

function style() {
  const source = (extra = {}) => ({ type: "geojson", data: EMPTY, ...extra });
  return {
    version: 8,
    sources: {
      units: source(), roads: source(), places: source(), routes: source(), stops: source(), unassigned: source(),
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#eef1ee" } },
      { id: "unit-fill", type: "fill", source: "units", paint: { "fill-color": "#f8faf8", "fill-outline-color": "#d3ddd7" } },
      { id: "unit-line", type: "line", source: "units", paint: { "line-color": "#b9c9c0", "line-dasharray": [3, 2] } },
      {
        id: "road", type: "line", source: "roads", layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": ["match", ["get", "class"], ["motorway", "trunk", "primary"], "#f2cf8d", ["secondary", "tertiary"], "#f7e7c4", "#ffffff"],
          "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 10, ["*", 0.4, ROAD_WIDTH], 14, ["*", 1.6, ROAD_WIDTH], 17, ["*", 5, ROAD_WIDTH]],
        },
      },
      {
        id: "road-name", type: "symbol", source: "roads", minzoom: 14, filter: ["has", "name"],
        layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 11 },
        paint: { "text-color": "#6b6455", "text-halo-color": "#fff", "text-halo-width": 1.4 },
      },
      {
        id: "route-casing", type: "line", source: "routes", layout: { "line-join": "round", "line-cap": "round" },
        paint: { "line-color": "#fff", "line-width": 6, "line-opacity": ["case", ["boolean", ["feature-state", "dim"], false], 0.1, 0.8] },
      },
      {
        id: "route", type: "line", source: "routes", layout: { "line-join": "round", "line-cap": "round" },
        paint: { "line-color": ["get", "colour"], "line-width": 3.4, "line-opacity": ["case", ["boolean", ["feature-state", "dim"], false], 0.12, 0.9] },
      },
      {
        id: "place", type: "circle", source: "places",
        paint: {
          "circle-radius": 7, "circle-color": ["match", ["get", "kind"], "OFFICE", "#123a6b", "#f0a500"],
          "circle-stroke-color": "#fff", "circle-stroke-width": 2,
        },
      },
      {
        id: "place-name", type: "symbol", source: "places", minzoom: 12.5,
        layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11.5, "text-offset": [0, 1], "text-anchor": "top", "text-max-width": 11 },
        paint: { "text-color": "#22303f", "text-halo-color": "#fff", "text-halo-width": 1.6 },
      },
      {
        id: "unassigned", type: "circle", source: "unassigned",
        paint: { "circle-radius": 7, "circle-color": "#fff", "circle-stroke-color": "#a3201d", "circle-stroke-width": 3 },
      },
      {
        id: "stop", type: "circle", source: "stops",
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 3, 13, 8, 16, 11], "circle-color": ["get", "colour"],
          "circle-stroke-color": "#fff", "circle-stroke-width": 1.5,
          "circle-opacity": ["case", ["boolean", ["feature-state", "dim"], false], 0.12, 1],
          "circle-stroke-opacity": ["case", ["boolean", ["feature-state", "dim"], false], 0.12, 1],
        },
      },
      {
        id: "stop-number", type: "symbol", source: "stops", minzoom: 12.5,
        layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 11 },
        paint: { "text-color": "#fff", "text-opacity": ["case", ["boolean", ["feature-state", "dim"], false], 0.1, 1] },
      },
    ],
  };
}

/** Draw into `container`; resolves when the map can be filled. */
export async function openMap(container, { onRoute, attribution }) {
  await Promise.all([document.fonts.load("400 14px 'Be Vietnam Pro'", "Đà Nẵng ộ"), document.fonts.load("400 14px 'Be Vietnam Pro'", "Da Nang 12")]);
  const map = new maplibregl.Map({
    container, style: style(), center: [108.21, 16.06], zoom: 12, attributionControl: false, locale: LOCALE, canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }), "bottom-left");
  map.addControl(new maplibregl.AttributionControl({ customAttribution: attribution, compact: false }), "bottom-right");
  map.addControl(legend(), "top-left");
  await map.once("load");
  return new MapView(map, onRoute);
}

class MapView {
  #map; #routes = []; #popup = null;

  constructor(map, onRoute) {
    this.#map = map;
    for (const layer of ["stop", "place", "route", "unassigned"]) {
      map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
      map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    }
    map.on("click", "stop", (event) => this.showStop(event.features[0].properties.stop_id));
    map.on("click", "place", (event) => this.#showPlace(event.features[0]));
    map.on("click", "route", (event) => onRoute(event.features[0].properties.route_id));
  }

  background({ roads, units, places }) {
    if (roads) this.#map.getSource("roads").setData(roads);
    if (units) this.#map.getSource("units").setData(units);
    if (places) this.#map.getSource("places").setData(places);
  }

  show(routes, unassigned) {
    this.#routes = routes;
    this.#map.removeFeatureState({ source: "routes" });
    this.#map.removeFeatureState({ source: "stops" });
    this.#map.getSource("routes").setData(collection(routes.filter((r) => r.geometry).map((route) => ({
      type: "Feature", id: route.number, geometry: route.geometry,
      properties: { route_id: route.id, colour: routeColour(route.number) },
    }))));
    this.#map.getSource("stops").setData(collection(routes.flatMap((route) => route.stops
      .filter((stop) => stop.point && stop.kind === "VISITS")
      .map((stop) => ({
        type: "Feature", id: route.number * 1000 + stop.ordinal, geometry: { type: "Point", coordinates: stop.point },
        properties: { stop_id: stop.id, label: String(stop.label), colour: routeColour(route.number) },
      })))));
    this.#map.getSource("unassigned").setData(collection(unassigned.filter((u) => u.point).map((u) => ({
      type: "Feature", geometry: { type: "Point", coordinates: u.point }, properties: { title: u.title },
    }))));
    this.fit(routes);
  }

  fit(routes) {
    const points = routes.flatMap((route) => route.stops.map((stop) => stop.point)).filter(Boolean);
    if (!points.length) return;
    const bounds = points.reduce((box, point) => box.extend(point), new maplibregl.LngLatBounds(points[0], points[0]));
    this.#map.fitBounds(bounds, { padding: 48, maxZoom: 15, duration: 0 });
  }

  /** Dim every route but one; null shows all alike. */
  focus(routeId) {
    for (const route of this.#routes) {
      const dim = routeId !== null && route.id !== routeId;
      this.#map.setFeatureState({ source: "routes", id: route.number }, { dim });
      for (const stop of route.stops) this.#map.setFeatureState({ source: "stops", id: route.number * 1000 + stop.ordinal }, { dim });
    }
    const chosen = this.#routes.filter((route) => route.id === routeId);
    this.fit(chosen.length ? chosen : this.#routes);
  }

  showStop(stopId) {
    const route = this.#routes.find((r) => r.stops.some((s) => s.id === stopId));
    const stop = route?.stops.find((s) => s.id === stopId);
    if (!stop?.point) return;
    this.#open(stop.point, element("div", { class: "popup" },
      element("h3", {}, `${stop.label ? `${stop.label}. ` : ""}${stop.name || STOP_WORDS[stop.kind]}`),
      element("p", { class: "when" }, `${clock(stop.starts_at)} – ${clock(stop.ends_at)} · ${route.courier_name}`),
      element("p", {}, stop.address ?? ""),
      element("ul", {}, ...stop.visits.map((visit) => element("li", {}, element("b", {}, VISIT_WORDS[visit.kind] ?? visit.kind), ` · ${visit.procedure_name}`, element("br"), visit.item_code)))));
  }

  #showPlace(feature) {
    const { name, address, status_word: status } = feature.properties;
    this.#open(feature.geometry.coordinates, element("div", { class: "popup" }, element("h3", {}, name), element("p", {}, address ?? ""), status ? element("span", { class: "tag unverified" }, status) : null));
  }

  #open(point, content) {
    this.#popup?.remove();
    this.#popup = new maplibregl.Popup({ maxWidth: "320px" }).setLngLat(point).setDOMContent(content).addTo(this.#map);
  }
}

const collection = (features) => ({ type: "FeatureCollection", features });

const LOCALE = {
  "NavigationControl.ZoomIn": "Phóng to", "NavigationControl.ZoomOut": "Thu nhỏ", "Popup.Close": "Đóng",
  "AttributionControl.ToggleAttribution": "Nguồn dữ liệu", "Map.Title": "Bản đồ",
};

function legend() {
  const row = (kind, words) => element("span", {}, element("i", { class: kind }), words);
  const box = element("div", { class: "legend maplibregl-ctrl" }, row("home", "Điểm dừng, màu theo tuyến"), row("office", "Bộ phận một cửa"), row("post", "Bưu cục"));
  return { onAdd: () => box, onRemove: () => box.remove() };
}
