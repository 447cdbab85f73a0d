"use strict";
(() => {
  const root = document.documentElement;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);

  /* What has a width in a chart: panels below one another, a panel that is repeated, or the chart itself. */
  const panels = (spec) => spec.vconcat ?? [spec.spec ?? spec];

  const embed = (place, spec, config) =>
    vegaEmbed(place, spec, {
      actions: false,
      ast: true,
      config,
      defaultStyle: false,
      logLevel: 1, // errors; what Vega warns of was looked at when the charts were made
      mode: "vega-lite",
      renderer: "svg",
      tooltip: { theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light" },
    });

  /* Draw at the width there is; what would become too narrow to read scrolls in its frame instead. */
  const draw = async (place) => {
    const spec = read(`spec-${place.dataset.chart}`);
    const config = read("chart-config");
    const room = place.clientWidth;
    if (room < 520) config.axis.labelLimit = Math.max(90, Math.round(room * 0.42));
    await embed(place, spec, config);
    const excess = place.scrollWidth - room;
    const wide = panels(spec).filter((panel) => typeof panel.width === "number");
    if (excess > 0 && wide.length) {
      const each = excess / (spec.columns ?? 1) + 2;
      for (const panel of wide) {
        panel.width = Math.max(panel.width * Number(place.dataset.least), panel.width - each);
      }
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
