window.addEventListener("load", () => {
  SwaggerUIBundle({
    dom_id: "#swagger-ui",
    urls: [
      { name: "WhatsApp Business API", url: "/openapi/whatsapp.json" },
      { name: "Workspace Messaging API v1", url: "/openapi/workspace.json" },
    ],
    deepLinking: true,
    displayRequestDuration: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    // Its bar lets one choose the document.
    layout: "StandaloneLayout",
    // Otherwise documents are shown to a validator elsewhere.
    validatorUrl: null,
  });
});
