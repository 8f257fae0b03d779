// What was chosen for the page's look, before its first paint. src/renderer/theme/ keeps it; the keys must be the same there.
(function () {
  function chosen(/** @type {string} */ key) {
    try {
      return localStorage.getItem(key);
    } catch {
      // Storage can be forbidden; then the system decides.
      return null;
    }
  }
  var theme = chosen('nightshift.theme');
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  var root = document.documentElement.dataset;
  root.theme = dark ? 'dark' : 'light';
  root.text = chosen('nightshift.textSize') || 'medium';
  root.density = chosen('nightshift.density') || 'comfortable';
})();
