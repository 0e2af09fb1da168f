// Everything comes from this installation: no validator, no fonts and no addresses from elsewhere.
window.SwaggerUIBundle({
  url: new URLSearchParams(window.location.search).get('of') === 'tools' ? '/tools/openapi.json' : '/v2/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null,
  persistAuthorization: false,
});
