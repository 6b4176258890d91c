// Maps of the operators' tiles, in the page's language. `tilesOn(frame, options)` gives back the map; nothing where there is none.
window.tilesOn = (frame, options) => {
  "use strict";
  if (!frame || !window.L) return null;
  const { tiles, by, nearer, further } = frame.dataset;
  frame.hidden = false;
  const map = L.map(frame, { ...options, zoomControl: false });
  map.attributionControl.setPrefix("Leaflet");
  L.control.zoom({ zoomInTitle: nearer, zoomOutTitle: further }).addTo(map);
  L.tileLayer(tiles, { maxZoom: 19, attribution: by.replace(/[<>&]/g, "") }).addTo(map);
  return map;
};

// A map on which a point is chosen: by a click, or by Enter for the point in its middle. It begins at the office.
// `mapOn(frame, chosen)` gives back how to show a point; nothing where there is no map.
window.mapOn = (frame, chosen) => {
  "use strict";
  const map = window.tilesOn(frame);
  if (!map) return null;
  const COUNTRY = { at: [13.5, 101], zoom: 6 }, OFFICE = 14, PLACE = 16;
  const { centre } = frame.dataset;
  let pin = null;
  if (centre) map.setView(centre.split(",").map(Number), OFFICE);
  else map.setView(COUNTRY.at, COUNTRY.zoom);
  map.on("click", (event) => chosen(event.latlng.lat, event.latlng.lng));
  frame.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== frame) return;
    event.preventDefault();
    const middle = map.getCenter();
    chosen(middle.lat, middle.lng);
  });
  return {
    show(at) {
      if (pin) { pin.remove(); pin = null; }
      if (!at) return;
      pin = L.marker(at, { icon: L.divIcon({ className: "pin", iconSize: [20, 20] }), keyboard: false, interactive: false }).addTo(map);
      map.setView(at, Math.max(map.getZoom(), PLACE), { animate: false }); // a move under way would end where it was going
    },
  };
};
