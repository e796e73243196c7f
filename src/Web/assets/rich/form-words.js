export function relabel() {}
