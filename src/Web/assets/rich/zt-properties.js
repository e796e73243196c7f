export const ztProperties = {};
