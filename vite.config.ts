// Builds the faces' scripts and stylesheet into command_center/web/dist.
//
// Flask reads dist/manifest.json to find the hashed names. Nothing is inlined into pages or
// into the stylesheet as data: URLs, for the Content-Security-Policy allows neither.
import { resolve } from "node:path";
import { defineConfig } from "vite";

const web = resolve(import.meta.dirname, "command_center/web");

export default defineConfig({
  root: web,
  base: "./", // addresses inside the files are relative: Flask may serve the folder anywhere
  publicDir: false,
  logLevel: "warn",
  build: {
    outDir: resolve(web, "dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    rollupOptions: {
      input: {
        desk: resolve(web, "ts/desk.ts"),
        portal: resolve(web, "ts/portal.ts"),
        mz: resolve(web, "styles/mz.css"),
      },
    },
  },
});
