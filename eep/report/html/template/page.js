"use strict";
(() => {
  const root = document.documentElement;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);

  /* The width of a chart's panels: of the chart itself, or of the chart that is repeated. */
  const panels = (spec) => (spec.spec && typeof spec.spec.width === "number" ? spec.spec : spec);

  /* Panels side by side become panels one below the other. */
  const stack = ({ facet }) => {
    if (!facet || !facet.column) return;
    const header = { ...facet.column.header, labelAlign: "left", labelAngle: 0, labelOrient: "top" };
    facet.row = { ...facet.column, header };
    delete facet.column;
  };

  const embed = (place, spec, config) =>
    vegaEmbed(place, spec, {
      actions: false,
      ast: true,
      config,
      defaultStyle: false,
      logLevel: 1, // errors; what Vega warns of was looked at when the charts were made
      mode: "vega-lite",
      renderer: "svg",
    });

  /* Draw at the width there is; what would become too narrow to read scrolls in its frame instead. */
  const draw = async (place) => {
    const spec = read(`spec-${place.dataset.chart}`);
    const config = read("chart-config");
    const room = place.clientWidth;
    if (room < 520) {
      config.axis.labelLimit = Math.max(90, Math.round(room * 0.36));
      stack(spec);
    }
    await embed(place, spec, config);
    const panel = panels(spec);
    const least = panel.width * Number(place.dataset.least);
    /* Where words stand in a panel, a chart shrinks by less than its panel does: so try again. */
    for (let turn = 0; turn < 4 && place.scrollWidth > room && panel.width > least; turn += 1) {
      panel.width = Math.max(least, panel.width - (place.scrollWidth - room) - 2);
      await embed(place, spec, config);
    }
    place.dataset.drawn = "yes";
  };

  const drawAll = async () => {
    const failed = [];
    for (const place of document.querySelectorAll("[data-chart]")) {
      try {
        await draw(place);
      } catch (error) {
        failed.push(`${place.dataset.chart}: ${error}`);
        place.textContent = "This chart could not be drawn here; its numbers stand below.";
      }
    }
    root.dataset.charts = failed.length ? "failed" : "drawn";
    if (failed.length) console.error(failed.join("\n"));
  };

  /* Films move until their button stops them; where motion is unwelcome, they wait for it. */
  const films = () => {
    const button = document.getElementById("films-button");
    if (!button) return;
    const all = [...document.querySelectorAll(".film img")].map((film) => ({ film, moving: film.src }));
    const set = (still) => {
      for (const { film, moving } of all) film.src = still ? film.dataset.still : moving;
      button.setAttribute("aria-pressed", String(still));
      button.textContent = still ? "Play the films" : "Stop the films";
    };
    button.hidden = false;
    button.addEventListener("click", () => set(button.getAttribute("aria-pressed") !== "true"));
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) set(true);
  };

  addEventListener("beforeprint", () => {
    for (const detail of document.querySelectorAll("details[data-print]")) detail.open = true;
  });
  films();
  drawAll();
})();
