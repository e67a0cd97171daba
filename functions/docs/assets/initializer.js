window.addEventListener("load", () => {
  SwaggerUIBundle({
    dom_id: "#swagger-ui",
    url: "/openapi/whatsapp.json",
    deepLinking: true,
    displayRequestDuration: true,
    presets: [SwaggerUIBundle.presets.apis],
    // Otherwise documents are shown to a validator elsewhere.
    validatorUrl: null,
  });
});
