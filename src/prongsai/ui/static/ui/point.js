// A point typed as latitude and longitude, with the map below it: what is chosen on one stands on the other.
(() => {
  "use strict";
  const POLE = 90, ROUND = 180; // degrees
  for (const frame of document.querySelectorAll("[data-point-of]")) {
    const field = document.getElementById(frame.dataset.pointOf);
    const map = field && window.mapOn(frame, (lat, lng) => {
      field.value = `${lat.toFixed(6)}, ${lng.toFixed(6)}`;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    if (!map) continue;
    const pair = new RegExp(`^(?:${frame.dataset.pair})$`); // the server reads by the same
    const show = () => {
      const said = field.value.replace(/[๐-๙]/g, (digit) => digit.charCodeAt(0) - 0x0e50).trim();
      const [, lat, lng] = (said.match(pair) || []).map(Number);
      map.show(Math.abs(lat) <= POLE && Math.abs(lng) <= ROUND ? [lat, lng] : null);
    };
    field.addEventListener("input", show);
    show();
  }
})();
