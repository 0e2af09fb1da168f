const isOfTools = new URLSearchParams(window.location.search).get('of') === 'tools';

for (const link of document.querySelectorAll('nav a:not(.home)')) {
  if (link.search.includes('of=tools') === isOfTools) link.setAttribute('aria-current', 'page');
}

// The theme that was chosen in the app, which /theme.js has written to the page, or the system's.
const page = document.documentElement;
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const wear = () => page.classList.toggle('dark-mode', page.dataset.theme === undefined ? dark.matches : page.dataset.theme === 'dark');
dark.addEventListener('change', wear);
wear();

// Everything comes from this installation: no validator, no fonts and no addresses from elsewhere.
window.SwaggerUIBundle({
  url: isOfTools ? '/tools/openapi.json' : '/v2/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null,
  persistAuthorization: false,
});
