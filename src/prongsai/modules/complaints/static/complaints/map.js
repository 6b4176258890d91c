// The cases of the list on a map. Everything on it stands in the list too.
(() => {
  "use strict";
  const frame = document.getElementById("cases-map"), said = document.getElementById("cases-points");
  if (!frame || !said) return;
  const points = JSON.parse(said.textContent);
  if (!points.length) return;
  const map = window.tilesOn(frame, { scrollWheelZoom: false });
  if (!map) return;
  map.on("popupopen", ({ popup }) => popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", frame.dataset.close));
  for (const point of points) {
    const name = `at${point.finished ? " is-finished" : ""}`;
    const words = document.createElement("p");
    words.textContent = `${point.number} ${point.title} (${point.finished ? frame.dataset.finished : frame.dataset.open})`;
    L.marker(point.at, { icon: L.divIcon({ className: name, iconSize: [16, 16] }), title: words.textContent, alt: words.textContent }).bindPopup(words).addTo(map);
  }
  map.fitBounds(points.map((point) => point.at), { maxZoom: 15, padding: [24, 24] });
})();
