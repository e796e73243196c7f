import assert from 'node:assert/strict';
import test from 'node:test';
import { dropUnused } from '../build/unused.mjs';

const words = new Set(['btn', 'card', 'md', 'col-6']);

test('a rule whose classes are all named in the sources stays', () => {
  assert.equal(dropUnused('.btn .card{color:red}', words), '.btn .card{color:red}');
});

test('a rule with a class that nobody names is dropped', () => {
  assert.equal(dropUnused('.btn{a:b}.btn .ghost{c:d}', words), '.btn{a:b}');
});

test('of several selectors only the used ones stay', () => {
  assert.equal(dropUnused('.ghost,.btn:hover,h1{a:b}', words), '.btn:hover,h1{a:b}');
});

test('what stands inside :not() does not count: it may be absent', () => {
  assert.equal(dropUnused('.btn:not(.ghost, .other){a:b}', words), '.btn:not(.ghost, .other){a:b}');
});

test('a media query that has become empty is dropped with its rules', () => {
  assert.equal(dropUnused('@media print{.ghost{a:b}}@media screen{.btn{a:b}.ghost{a:b}}', words), '@media screen{.btn{a:b}}');
});

test('keyframes, fonts and statements stay as they are', () => {
  const css = '@charset "UTF-8";@keyframes x{from{a:b}to{a:c}}@font-face{src:url("a;b{.woff")}';
  assert.equal(dropUnused(css, words), css);
});

test('braces and semicolons within strings and addresses end nothing', () => {
  const css = '.btn{background:url("data:image/svg+xml;{}")}.card::after{content:"\\"}"}';
  assert.equal(dropUnused(css, words), css);
});

test('own classes stay even when they are put together at run time', () => {
  assert.equal(dropUnused('.zt-tag-warning{a:b}', words), '.zt-tag-warning{a:b}');
});

test('an escaped class name is compared without its backslash', () => {
  assert.equal(dropUnused('.col-6\\/12{a:b}', new Set(['col-6/12'])), '.col-6\\/12{a:b}');
});

test('words that the designers use otherwise lose the rules of the base', () => {
  assert.equal(dropUnused('.empty{padding:3rem}', new Set(['empty'])), '');
});
