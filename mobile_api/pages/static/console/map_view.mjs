// The map: fills its layers, points out one route, opens popups; it decides nothing.
import * as maplibregl from "/vendor/maplibre-gl/maplibre-gl.mjs";
import { element, routeColour } from "./format.mjs";
import { addIcons, pinOf } from "./map_icons.mjs";
import { CLICKABLE, mapStyle } from "./map_style.mjs";
import { courierPopup, leftPopup, placePopup, stopPopup } from "./popups.mjs";

const DA_NANG = [108.21, 16.06]; // until the first data say where to look
const NARROW = "(max-width: 860px)";
const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const LOCALE = {
  "NavigationControl.ZoomIn": "Phóng to", "NavigationControl.ZoomOut": "Thu nhỏ", "Popup.Close": "Đóng", "Map.Title": "Bản đồ",
  "AttributionControl.ToggleAttribution": "Nguồn dữ liệu", "CooperativeGesturesHandler.WindowsHelpText": "Giữ Ctrl và cuộn để phóng bản đồ",
  "CooperativeGesturesHandler.MacHelpText": "Giữ ⌘ và cuộn để phóng bản đồ", "CooperativeGesturesHandler.MobileHelpText": "Dùng hai ngón tay để di chuyển bản đồ",
};

/** Draw into `container`; resolves when the map can be filled. Calls `onRoute(id)`, `onStop(routeId, stopId)`. */
export async function openMap(container, handlers) {
  const fonts = ["400 14px 'Be Vietnam Pro'", "600 14px 'Be Vietnam Pro SemiBold'"];
  await Promise.all(["Đà Nẵng ộ", "Da Nang 12"].flatMap((text) => fonts.map((font) => document.fonts.load(font, text))));
  const map = new maplibregl.Map({
    container, style: mapStyle(), center: DA_NANG, zoom: 11, attributionControl: false, locale: LOCALE,
    dragRotate: false, pitchWithRotate: false, maxZoom: 18, fadeDuration: isStill() ? 0 : 200, cooperativeGestures: matchMedia(NARROW).matches,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }), "bottom-left");
  map.addControl(legend(), "top-left");
  await map.once("load");
  addIcons(map);
  container.map = map; // tests and the browser's own console look at what is drawn
  return new MapView(map, handlers);
}

/** A browser that cannot draw a map (no WebGL) still has the lists. */
export function withoutMap(container) {
  container.replaceChildren(element("p", { class: "empty" }, "Trình duyệt này không vẽ được bản đồ (thiếu WebGL). Danh sách tuyến và dòng thời gian vẫn dùng được."));
  const nothing = () => false;
  return { background: nothing, show: nothing, focus: nothing, live: nothing, showStop: nothing, showLeft: nothing, closePopup: nothing };
}

class MapView {
  #map; #routes = []; #left = []; #popup = null; #sources = null; #live = null;

  constructor(map, { onRoute, onStop }) {
    this.#map = map;
    map.on("mousemove", (event) => {
      map.getCanvas().style.cursor = this.#under(event.point) ? "pointer" : "";
    });
    map.on("click", (event) => {
      const hit = this.#under(event.point);
      if (!hit) return;
      const { layer, properties, geometry } = hit;
      if (layer.id === "chosen-stop" || layer.id === "stop") onStop(properties.route_id, properties.stop_id);
      else if (layer.id === "courier") this.#showCourier(properties.route_id);
      else if (layer.id === "route") onRoute(properties.route_id);
      else if (layer.id === "place") this.#open(geometry.coordinates, placePopup(properties, this.#callsAt(properties)));
      else this.showLeft(properties.index);
    });
  }

  #under({ x, y }) {
    const near = [[x - 3, y - 3], [x + 3, y + 3]];
    const hits = this.#map.queryRenderedFeatures(near, { layers: CLICKABLE });
    return CLICKABLE.map((id) => hits.find((hit) => hit.layer.id === id)).find(Boolean);
  }

  /** Roads, units, rivers and places; what a layer says about its source is shown in the corner. */
  background({ roads, units, barriers, places }) {
    const given = { roads, units, barriers, places };
    for (const [name, data] of Object.entries(given)) if (data) this.#map.getSource(name).setData(data);
    if (this.#sources) this.#map.removeControl(this.#sources);
    const said = [roads?.attribution && `Đường: ${roads.attribution}`, "Vẽ: MapLibre"].filter(Boolean);
    this.#sources = new maplibregl.AttributionControl({ customAttribution: said, compact: matchMedia(NARROW).matches });
    this.#map.addControl(this.#sources, "bottom-right");
    if (!this.#routes.length) this.#fit((places?.features ?? []).map((place) => place.geometry.coordinates));
  }

  show(routes, left) {
    this.#routes = routes;
    this.#left = left;
    this.#popup?.remove();
    for (const source of ["routes", "stops"]) this.#map.removeFeatureState({ source });
    this.#fill("routes", routes.filter((route) => route.geometry).map((route) => feature(route.number, route.geometry, { route_id: route.id, colour: routeColour(route.number) })));
    this.#fill("stops", routes.flatMap((route) => route.stops.filter(isHome).map((stop) => feature(stopKey(route, stop), pointAt(stop.point), {
      route_id: route.id, stop_id: stop.id, label: String(stop.label), colour: routeColour(route.number),
    }))));
    this.#fill("unassigned", left.flatMap((item, index) => (item.point ? [feature(index + 1, pointAt(item.point), { index })] : [])));
    this.focus(null);
  }

  /** One route in front, the others pale; null shows all alike. */
  focus(routeId) {
    const chosen = this.#routes.find((route) => route.id === routeId);
    for (const route of this.#routes) {
      const dim = Boolean(chosen);
      this.#map.setFeatureState({ source: "routes", id: route.number }, { dim });
      for (const stop of route.stops) this.#map.setFeatureState({ source: "stops", id: stopKey(route, stop) }, { dim });
    }
    for (const layer of ["chosen-edge", "chosen-route", "chosen-arrow"]) this.#map.setFilter(layer, ["==", ["get", "route_id"], chosen?.id ?? ""]);
    this.#fill("chosen", chosen ? this.#pins(chosen) : []);
    this.#popup?.remove();
    const others = chosen ? [] : this.#left.map((item) => item.point);
    this.#fit([...(chosen ? [chosen] : this.#routes).flatMap((route) => route.stops.map((stop) => stop.point)), ...others].filter(Boolean));
  }

  /** Where couriers were last; null when the plan is not being ridden. */
  live(live) {
    this.#live = live;
    const seen = this.#routes.map((route) => [route, live?.routes.get(route.id)?.place]).filter(([, place]) => place);
    this.#fill("couriers", seen.map(([route, place]) => feature(route.number, pointAt(place.point), {
      route_id: route.id, code: route.courier_code, colour: routeColour(route.number), old: place.old || place.coarse, coarse: place.coarse,
    })));
  }

  #showCourier(routeId) {
    const route = this.#routes.find((other) => other.id === routeId);
    const now = this.#live?.routes.get(routeId);
    if (route && now?.place) this.#open(now.place.point, courierPopup(route, now));
  }

  showStop(routeId, stopId) {
    const route = this.#routes.find((other) => other.id === routeId);
    const stop = route?.stops.find((other) => other.id === stopId);
    if (!stop?.point) return;
    const here = stop.label ? route.stops.filter((other) => other.label && samePoint(other, stop)) : [stop];
    this.#open(stop.point, stopPopup(route, here));
  }

  showLeft(index) {
    const item = this.#left[index];
    if (item?.point) this.#open(item.point, leftPopup(item));
  }

  /** True if a popup was open. */
  closePopup() {
    const open = Boolean(this.#popup?.isOpen());
    this.#popup?.remove();
    return open;
  }

  #callsAt({ name, kind }) {
    const calls = this.#routes.flatMap((route) => route.stops.filter((stop) => stop.place_kind === kind && stop.name === name && stop.kind !== "BREAK").map((stop) => ({ route, stop })));
    return calls.sort((a, b) => a.stop.starts_at.localeCompare(b.stop.starts_at));
  }

  #fill(source, features) {
    this.#map.getSource(source).setData({ type: "FeatureCollection", features });
  }

  /** Stops of one point share a pin: a counter may be visited twice a day. */
  #pins(route) {
    const groups = Map.groupBy(route.stops.filter((stop) => stop.label && stop.point), (stop) => String(stop.point));
    return [...groups.values()].map((stops) => {
      const label = stops.map((stop) => stop.label).join(" · ");
      const pin = pinOf(this.#map, label, routeColour(route.number), stops[0].place_kind !== "HOME");
      return feature(stops[0].ordinal, pointAt(stops[0].point), { route_id: route.id, stop_id: stops[0].id, label, pin, ordinal: stops[0].ordinal });
    });
  }

  #fit(points) {
    if (!points.length) return;
    const bounds = points.reduce((box, point) => box.extend(point), new maplibregl.LngLatBounds(points[0], points[0]));
    this.#map.fitBounds(bounds, { padding: 44, maxZoom: 15.5, duration: 0 });
  }

  /** A popup takes the focus; closing it gives the focus back to what opened it. */
  #open(point, content) {
    const opener = document.activeElement;
    this.#popup?.remove();
    const popup = new maplibregl.Popup({ anchor: "bottom", maxWidth: "340px", offset: 14 });
    popup.on("close", () => opener?.isConnected && document.activeElement === document.body && opener.focus({ preventScroll: true }));
    this.#popup = popup.setLngLat(point).setDOMContent(content).addTo(this.#map);
    // The point goes to the lower part of the map, so that the popup above it has room.
    const offset = [0, this.#map.getContainer().clientHeight * 0.28];
    const near = this.#map.getBounds().contains(point) && !isStill();
    this.#map.easeTo({ center: point, offset, duration: near ? 250 : 0 });
  }
}

const isHome = (stop) => stop.kind === "VISITS" && stop.point && stop.place_kind === "HOME";
const stopKey = (route, stop) => route.number * 1000 + stop.ordinal;
const pointAt = (coordinates) => ({ type: "Point", coordinates });
const feature = (id, geometry, properties) => ({ type: "Feature", id, geometry, properties });
const samePoint = (a, b) => String(a.point) === String(b.point);

function legend() {
  const row = (kind, text) => element("span", {}, element("i", { class: kind, "aria-hidden": "true" }), text);
  const box = element("details", { class: "legend maplibregl-ctrl", open: !matchMedia(NARROW).matches },
    element("summary", {}, "Chú giải"), row("home", "Điểm dừng tại nhà, màu theo tuyến"), row("office", "Bộ phận một cửa"), row("post", "Bưu cục"), row("rider", "Bưu tá lúc này; xám là vị trí cũ"), row("left", "Hồ sơ chưa xếp được"));
  return { onAdd: () => box, onRemove: () => box.remove() };
}
