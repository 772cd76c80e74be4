// Starts the vendored Swagger UI (a classic script, hence the global) on our own description.

const place = document.getElementById("api");

window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  validatorUrl: null, // no outside request
  presets: [window.SwaggerUIBundle.presets.apis],
});
