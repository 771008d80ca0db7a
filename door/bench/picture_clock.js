// When pictures of the archive's player stand on the screen, for `./mz bench playback`.
(() => {
  new MutationObserver(() => {
    for (const video of document.querySelectorAll("archive-picture video:not([data-timed])")) {
      video.dataset.timed = "";
      video.requestVideoFrameCallback((now) => {
        document.documentElement.dataset.firstPicture ??= String(performance.timeOrigin + now);
      });
    }
  }).observe(document, { childList: true, subtree: true });

  // Seeks to a second of the film as a click on the timeline does; resolves after how many
  // milliseconds that picture, to the half of a second's group, stood there.
  window.mzSeek = (player, atS) =>
    new Promise((resolve) => {
      const begun = performance.now();
      const wallMs = Number(player.dataset.fromMs) + atS * 1000;
      document.dispatchEvent(new CustomEvent("mz-seek", { detail: wallMs }));
      const video = player.querySelector("archive-picture[data-main] video:not([hidden])");
      const look = (now, frame) => {
        if (Math.abs(frame.mediaTime - atS) < 0.1) resolve(now - begun);
        else video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
    });
})();
