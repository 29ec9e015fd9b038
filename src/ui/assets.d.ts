/** Stylesheets that Vite bundles: imported for their effect only. */
declare module '*.css'
