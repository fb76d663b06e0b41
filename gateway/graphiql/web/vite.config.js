// Everything in one folder of hashed names, with relative addresses: the page is at <mount>/graphql,
// its assets are under <mount>/graphql/assets, wherever the gateway is mounted.
export default {
  base: './',
  build: {
    assetsDir: 'graphql/assets',
    chunkSizeWarningLimit: 5000, // kB: an editor is what it is
    modulePreload: { polyfill: false }, // browsers that run this page need none
    rolldownOptions: {
      checks: { moduleLevelDirective: false }, // "use client" means nothing without a server
    },
  },
  worker: { format: 'es' },
}
