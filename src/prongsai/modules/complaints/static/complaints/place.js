// The place where the telephone is, or a point on the map; both only when asked for, and both can be taken out again.
(() => {
  "use strict";
  const part = document.querySelector("[data-place]");
  if (!part) return;
  const [latitude, longitude] = [document.getElementById("id_latitude"), document.getElementById("id_longitude")];
  const point = part.querySelector("[data-point]"), locate = part.querySelector("[data-locate]"), out = part.querySelector("[data-unlocate]");
  const hint = part.querySelector("[data-locate-hint]"), frame = part.querySelector("[data-map]");
  const words = part.dataset;
  let map = null, pin = null;

  function note(lat, lng, said) {
    latitude.value = lat === null ? "" : lat.toFixed(6);
    longitude.value = lng === null ? "" : lng.toFixed(6);
    point.textContent = lat === null ? words.none : `${said}: ${latitude.value}, ${longitude.value}`;
    out.hidden = lat === null;
    draw();
  }

  function draw() {
    if (!map) return;
    if (pin) { pin.remove(); pin = null; }
    if (!latitude.value) return;
    const at = [Number(latitude.value), Number(longitude.value)];
    pin = L.marker(at, { icon: L.divIcon({ className: "pin", iconSize: [20, 20] }), keyboard: false, interactive: false }).addTo(map);
    map.setView(at, Math.max(map.getZoom(), 16));
  }

  if (navigator.geolocation) {
    locate.hidden = hint.hidden = false;
    locate.addEventListener("click", () => {
      locate.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        (found) => { locate.removeAttribute("aria-busy"); note(found.coords.latitude, found.coords.longitude, words.here); },
        () => { locate.removeAttribute("aria-busy"); point.textContent = words.refused; },
        { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
      );
    });
  }
  out.addEventListener("click", () => note(null, null, ""));
  out.hidden = !latitude.value;

  if (frame && window.L) {
    frame.hidden = false;
    map = L.map(frame, { zoomControl: false }).setView([13.5, 101], 6);
    map.attributionControl.setPrefix("Leaflet");
    L.control.zoom({ zoomInTitle: words.nearer, zoomOutTitle: words.further }).addTo(map);
    L.tileLayer(frame.dataset.tiles, { maxZoom: 19, attribution: frame.dataset.by.replace(/[<>&]/g, "") }).addTo(map);
    map.on("click", (event) => note(event.latlng.lat, event.latlng.lng, words.chosen));
    draw();
  }
})();
