// The stored choice wins over the system's. src/renderer/theme/theme.ts keeps it; the key must be the same there.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('nightshift.theme');
  } catch {
    // Storage can be forbidden; then the system decides.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
