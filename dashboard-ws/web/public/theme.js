// Runs before the first paint, so that the page never flashes in the wrong colours.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem('sightline-theme');
  } catch {
    // Storage may be forbidden; the system's preference is used.
  }
  if (theme !== 'light' && theme !== 'dark') theme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
})();
