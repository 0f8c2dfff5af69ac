import { defineConfig } from "vitest/config";

export default defineConfig({
  // The scripts under test lie outside this folder.
  server: { fs: { allow: ["../.."] } },
  test: { environment: "happy-dom", include: ["*.test.js"] },
});
