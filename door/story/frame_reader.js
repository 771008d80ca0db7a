// Reads the frame number that the generated camera draws into its pictures, from whatever
// <video> of a <live-tile> the page shows, and leaves [device, number, Date.now()] on <html>.
// It is put into the page as an init script: the page's own content policy stays in force.
(() => {
  const BITS = 24, SQUARE = 24, WIDTH = 960, KEEP = 4000;
  const canvas = new OffscreenCanvas(BITS * SQUARE, 2 * SQUARE);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const seen = [];
  const newest = new WeakMap();

  function number(video) {
    const scale = video.videoWidth / WIDTH;
    pen.drawImage(video, 0, 0, BITS * SQUARE * scale, 2 * SQUARE * scale, 0, 0, canvas.width, canvas.height);
    const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    const bright = (x, y) => pixels[4 * (y * canvas.width + x) + 1] > 127;
    let value = 0;
    for (let i = 0; i < BITS; i++) {
      const x = SQUARE * i + SQUARE / 2;
      const upper = bright(x, SQUARE / 2);
      if (upper === bright(x, SQUARE + SQUARE / 2)) return null;
      value = value * 2 + (upper ? 1 : 0);
    }
    return value;
  }

  function look(video) {
    const now = Date.now();
    const value = video.videoWidth ? number(video) : null;
    if (value !== null && value !== newest.get(video)) {
      newest.set(video, value);
      seen.push([video.closest("live-tile").getAttribute("device"), value, now]);
      if (seen.length > KEEP) seen.shift();
    }
    video.requestVideoFrameCallback(() => look(video));
  }

  // What a failed telling says about the player, so that its cause need not be guessed.
  function state(video) {
    const { buffered } = video;
    const spans = [...Array(buffered.length).keys()].map((i) => [buffered.start(i), buffered.end(i)]);
    const { droppedVideoFrames: dropped, totalVideoFrames: frames } = video.getVideoPlaybackQuality();
    return { dropped, frames, ready: video.readyState, error: video.error?.message ?? null, at: video.currentTime, paused: video.paused, spans };
  }

  const watched = new WeakSet();
  setInterval(() => {
    const states = [];
    for (const video of document.querySelectorAll("live-tile video")) {
      states.push(state(video));
      if (watched.has(video)) continue;
      watched.add(video);
      video.requestVideoFrameCallback(() => look(video));
    }
    if (!document.documentElement) return;
    document.documentElement.dataset.framesSeen = JSON.stringify(seen);
    document.documentElement.dataset.videoStates = JSON.stringify(states);
  }, 500);
})();
