// Everything in one folder of hashed names, with relative addresses: the pages are at <mount>/graphql and
// <mount>/customer-segment/, their assets under <mount>/graphql/assets, wherever the gateway is mounted.
export default {
  base: './',
  build: {
    assetsDir: 'graphql/assets',
    chunkSizeWarningLimit: 5000, // kB: an editor is what it is
    modulePreload: { polyfill: false }, // browsers that run these pages need none
    rolldownOptions: {
      input: ['index.html', 'customer-segment/index.html'],
      checks: { moduleLevelDirective: false }, // "use client" means nothing without a server
    },
  },
  worker: { format: 'es' },
}
