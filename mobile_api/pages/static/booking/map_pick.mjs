// A map to put the door's point on: by finger, mouse or keys the map moves below a fixed pin.
import { say } from "/static/citizen/language.mjs";
import { mapStyle } from "/static/console/map_style.mjs";
import { element } from "/static/page/element.mjs";
import * as maplibregl from "/vendor/maplibre-gl/maplibre-gl.mjs";

const LAYERS = "/v1/citizen/map-layers";
const STYLES = ["/vendor/maplibre-gl/maplibre-gl.css", "/static/booking/map_pick.css"];
const GROUND = ["barriers", "units", "roads"];
const DA_NANG = [108.21, 16.06];
const DIGITS = 6; // a decimetre

/** The point chosen, [lon, lat]; null when the person closed the map. */
export async function pickPoint(start) {
  await Promise.all(STYLES.map(addStyle));
  const frame = element("div", { class: "pick-map", id: "pick-map" });
  const title = element("h2", { id: "map-title", tabindex: "-1" }, say("map_title"));
  const take = element("button", { type: "button", class: "main", onclick: () => dialog.close("taken") }, say("take_point"));
  const leave = element("button", { type: "button", onclick: () => dialog.close("") }, say("leave_map"));
  const dialog = element("dialog", { class: "map-dialog", "aria-labelledby": "map-title", "aria-describedby": "map-help" },
    title, element("p", { class: "note", id: "map-help" }, say("map_help")),
    element("div", { class: "pick-frame" }, frame, element("span", { class: "pin", "aria-hidden": "true" })),
    element("p", { class: "actions" }, take, leave));
  document.body.append(dialog);
  dialog.showModal();
  const map = draw(frame, start);
  map.getCanvas().setAttribute("aria-label", say("map_label"));
  map.getCanvas().focus();
  return new Promise((resolve, reject) => {
    map.on("error", ({ error }) => { if (!error?.status) reject(error); });
    dialog.addEventListener("close", () => {
      const { lng, lat } = map.getCenter();
      map.remove();
      dialog.remove();
      resolve(dialog.returnValue === "taken" ? [lng, lat].map((degrees) => Number(degrees.toFixed(DIGITS))) : null);
    });
  });
}

/** Loads a style sheet once; a map without its looks is better than none. */
function addStyle(href) {
  if (document.querySelector(`link[href="${href}"]`)) return undefined;
  return new Promise((resolve) => {
    document.head.append(element("link", { rel: "stylesheet", href, onload: resolve, onerror: resolve }));
  });
}

function draw(container, start) {
  const { layers, sources, ...style } = mapStyle();
  const isGround = ({ source, type }) => type === "background" || GROUND.includes(source);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new maplibregl.Map({
    container, center: start ?? DA_NANG, zoom: start ? 16 : 13, maxZoom: 18, attributionControl: false,
    style: { ...style, layers: layers.filter(isGround), sources: Object.fromEntries(GROUND.map((name) => [name, sources[name]])) },
    dragRotate: false, pitchWithRotate: false, fadeDuration: still ? 0 : 200,
    locale: { "NavigationControl.ZoomIn": say("zoom_in"), "NavigationControl.ZoomOut": say("zoom_out"), "Map.Title": say("map_label") },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.on("click", ({ lngLat }) => map.easeTo({ center: lngLat, duration: still ? 0 : 250 }));
  map.on("load", () => fill(map));
  container.map = map; // tests look at what is drawn
  return map;
}

/** Streets and rivers come when they come; a missing layer leaves the others. */
async function fill(map) {
  const credits = [say("map_drawn_by")];
  await Promise.all(GROUND.map(async (name) => {
    const answer = await fetch(`${LAYERS}/${name}`).catch(() => null);
    if (!answer?.ok) return;
    const data = await answer.json();
    if (data.attribution) credits.unshift(data.attribution);
    map.getSource(name)?.setData(data);
  }));
  map.addControl(new maplibregl.AttributionControl({ customAttribution: credits, compact: true }), "bottom-right");
}
