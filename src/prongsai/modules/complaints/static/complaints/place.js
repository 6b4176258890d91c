// The place where the telephone is, or a point on the map; both only when asked for, and both can be taken out again.
(() => {
  "use strict";
  const part = document.querySelector("[data-place]");
  if (!part) return;
  const [latitude, longitude] = [document.getElementById("id_latitude"), document.getElementById("id_longitude")];
  const point = part.querySelector("[data-point]"), locate = part.querySelector("[data-locate]"), out = part.querySelector("[data-unlocate]");
  const hint = part.querySelector("[data-locate-hint]"), frame = part.querySelector("[data-map]");
  const words = part.dataset;
  const map = window.mapOn ? window.mapOn(frame, (lat, lng) => note(lat, lng, words.chosen)) : null;

  function note(lat, lng, said) {
    latitude.value = lat === null ? "" : lat.toFixed(6);
    longitude.value = lng === null ? "" : lng.toFixed(6);
    point.textContent = lat === null ? words.none : `${said}: ${latitude.value}, ${longitude.value}`;
    out.hidden = lat === null;
    draw();
  }

  function draw() {
    if (map) map.show(latitude.value ? [Number(latitude.value), Number(longitude.value)] : null);
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
  draw();
})();
