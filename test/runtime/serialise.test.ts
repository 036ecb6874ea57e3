import { describe, expect, it } from "vitest";
import type { ParameterStyle } from "../../templates/runtime/operation.js";
import {
  serialiseCookie,
  serialiseFormProperty,
  serialiseHeader,
  serialisePath,
  serialiseQuery,
  type Pair,
} from "../../templates/runtime/serialise.js";

/** The values of the style examples (OpenAPI 3.1.1, "Style Examples"): `color` with these five values. */
const empty = "";
const text = "blue";
const array = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

const join = (pairs: readonly Pair[]): string => pairs.map(([name, value]) => `${name}=${value}`).join("&");

describe("path styles", () => {
  it.each<[ParameterStyle, boolean, unknown, string | undefined]>([
    ["matrix", false, empty, ";color"],
    ["matrix", false, text, ";color=blue"],
    ["matrix", false, array, ";color=blue,black,brown"],
    ["matrix", false, object, ";color=R,100,G,200,B,150"],
    ["matrix", true, empty, ";color"],
    ["matrix", true, text, ";color=blue"],
    ["matrix", true, array, ";color=blue;color=black;color=brown"],
    ["matrix", true, object, ";R=100;G=200;B=150"],
    ["label", false, empty, "."],
    ["label", false, text, ".blue"],
    ["label", false, array, ".blue,black,brown"],
    ["label", false, object, ".R,100,G,200,B,150"],
    ["label", true, array, ".blue.black.brown"],
    ["label", true, object, ".R=100.G=200.B=150"],
    ["simple", false, empty, ""],
    ["simple", false, text, "blue"],
    ["simple", false, array, "blue,black,brown"],
    ["simple", false, object, "R,100,G,200,B,150"],
    ["simple", true, array, "blue,black,brown"],
    ["simple", true, object, "R=100,G=200,B=150"],
    ["pipeDelimited", false, array, "blue%7Cblack%7Cbrown"],
    ["simple", false, [], undefined],
    ["matrix", false, [], undefined],
    ["label", false, {}, undefined],
    ["simple", false, null, undefined],
    ["simple", false, "a/b?c#d e%2Fü'!", "a%2Fb%3Fc%23d%20e%252F%C3%BC%27%21"],
    ["simple", false, ["a,b", "c"], "a%2Cb,c"],
  ])("%s explode=%s %j", (style, explode, value, wanted) => {
    expect(serialisePath({ wire: "color", style, explode }, value)).toBe(wanted);
  });

  it("keeps slashes where they are allowed", () => {
    expect(serialisePath({ wire: "path", allowSlash: true }, "a b/c&d")).toBe("a%20b/c%26d");
  });
});

describe("query styles", () => {
  it.each<[ParameterStyle | undefined, boolean | undefined, unknown, string]>([
    ["form", false, empty, "color="],
    ["form", false, text, "color=blue"],
    ["form", false, array, "color=blue,black,brown"],
    ["form", false, object, "color=R,100,G,200,B,150"],
    ["form", true, empty, "color="],
    ["form", true, text, "color=blue"],
    ["form", true, array, "color=blue&color=black&color=brown"],
    ["form", true, object, "R=100&G=200&B=150"],
    ["spaceDelimited", false, array, "color=blue%20black%20brown"],
    ["spaceDelimited", false, object, "color=R%20100%20G%20200%20B%20150"],
    ["pipeDelimited", false, array, "color=blue%7Cblack%7Cbrown"],
    ["pipeDelimited", false, object, "color=R%7C100%7CG%7C200%7CB%7C150"],
    ["tabDelimited", false, array, "color=blue%09black%09brown"],
    ["spaceDelimited", undefined, array, "color=blue%20black%20brown"],
    ["deepObject", true, object, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
    [undefined, undefined, array, "color=blue&color=black&color=brown"],
    [undefined, undefined, object, "R=100&G=200&B=150"],
    [undefined, undefined, [], ""],
    [undefined, false, [], ""],
    [undefined, false, {}, ""],
    [undefined, undefined, null, ""],
    [undefined, undefined, undefined, ""],
    [undefined, undefined, ["a", null, ""], "color=a&color="],
    [undefined, undefined, [{ a: 1 }], "color=%7B%22a%22%3A1%7D"],
    [undefined, undefined, false, "color=false"],
    [undefined, undefined, 0, "color=0"],
    [undefined, undefined, "a&b=c+d é", "color=a%26b%3Dc%2Bd%20%C3%A9"],
    [undefined, undefined, "bad \ud800 half", "color=bad%20%EF%BF%BD%20half"],
    [
      "deepObject",
      true,
      { a: { b: [1, { c: 2 }] }, n: null },
      "color%5Ba%5D%5Bb%5D%5B0%5D=1&color%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=2",
    ],
    ["deepObject", true, ["x", "y"], "color%5B0%5D=x&color%5B1%5D=y"],
    ["deepObject", true, "blue", "color=blue"],
    ["deepObject", true, {}, ""],
  ])("%s explode=%s %j", (style, explode, value, wanted) => {
    const location = { wire: "color", ...(style && { style }), ...(explode !== undefined && { explode }) };
    expect(join(serialiseQuery(location, value))).toBe(wanted);
  });

  it("encodes names too", () => {
    expect(join(serialiseQuery({ wire: "page[size]" }, 5))).toBe("page%5Bsize%5D=5");
    expect(join(serialiseQuery({ wire: "q" }, { "a=b": 1 }))).toBe("a%3Db=1");
  });

  it("keeps reserved characters where allowed, but not those that end a value", () => {
    const location = { wire: "q", allowReserved: true as const };
    expect(join(serialiseQuery(location, "/a:b?c=d,e%2F f&g#h+i[j]%"))).toBe(
      "q=/a:b?c=d,e%2F%20f%26g%23h%2Bi%5Bj%5D%25",
    );
  });

  it.each([
    ["application/json", { a: [1, "ü"] }, "f=%7B%22a%22%3A%5B1%2C%22%C3%BC%22%5D%7D"],
    ["application/vnd.x+json", ["a"], "f=%5B%22a%22%5D"],
    ["application/json", "text", "f=%22text%22"],
    ["text/plain", "text", "f=text"],
    ["application/x-www-form-urlencoded", { k: "v&w", n: [1, 2] }, "f=k%3Dv%2526w%26n%3D1%26n%3D2"],
    ["application/x-www-form-urlencoded", "a=b", "f=a%3Db"],
  ])("serialises %s content", (content, value, wanted) => {
    expect(join(serialiseQuery({ wire: "f", content }, value))).toBe(wanted);
  });
});

describe("headers and cookies", () => {
  it.each<[boolean, unknown, string | undefined]>([
    [false, text, "blue"],
    [false, array, "blue,black,brown"],
    [false, object, "R,100,G,200,B,150"],
    [true, object, "R=100,G=200,B=150"],
    [false, "a b/c", "a b/c"],
    [false, [], undefined],
    [false, null, undefined],
  ])("header explode=%s %j", (explode, value, wanted) => {
    expect(serialiseHeader({ wire: "X-Color", explode }, value)).toBe(wanted);
  });

  it.each<[ParameterStyle, string]>([
    ["spaceDelimited", "blue black brown"],
    ["pipeDelimited", "blue|black|brown"],
    ["tabDelimited", "blue\tblack\tbrown"],
  ])("header %s", (style, wanted) => {
    expect(serialiseHeader({ wire: "X-Color", style }, array)).toBe(wanted);
  });

  it("gives exploded cookies names of their own", () => {
    expect(serialiseCookie({ wire: "color", explode: false }, array)).toEqual([["color", "blue,black,brown"]]);
    expect(serialiseCookie({ wire: "color" }, object)).toEqual([
      ["R", "100"],
      ["G", "200"],
      ["B", "150"],
    ]);
    expect(serialiseCookie({ wire: "c" }, "a;b")).toEqual([["c", "a%3Bb"]]);
  });

  it("escapes nothing in style cookie", () => {
    expect(serialiseCookie({ wire: "c d", style: "cookie" }, "a b%")).toEqual([["c d", "a b%"]]);
    expect(serialiseCookie({ wire: "c", style: "cookie" }, ["a b", 1])).toEqual([
      ["c", "a b"],
      ["c", "1"],
    ]);
    expect(serialiseCookie({ wire: "c", style: "cookie", explode: false }, ["a b", 1])).toEqual([["c", "a b,1"]]);
    expect(serialiseCookie({ wire: "c", style: "cookie" }, { "x y": "a b" })).toEqual([["x y", "a b"]]);
  });
});

describe("form bodies", () => {
  it.each<[string, unknown, Parameters<typeof serialiseFormProperty>[2], string]>([
    ["scalars", "a b", undefined, "p=a%20b"],
    ["lists repeat the name", ["a", "b"], undefined, "p=a&p=b"],
    ["objects are JSON by default", { a: 1 }, undefined, "p=%7B%22a%22%3A1%7D"],
    [
      "deep objects where the encoding says so",
      { a: { b: [1] } },
      { style: "deepObject", explode: true },
      "p%5Ba%5D%5Bb%5D%5B0%5D=1",
    ],
    ["joined lists", ["a", "b"], { style: "form", explode: false }, "p=a,b"],
    ["JSON lists by content type", ["a"], { contentType: "application/json" }, "p=%5B%22a%22%5D"],
    ["scalars keep their text whatever the content type", "x", { contentType: "text/plain" }, "p=x"],
    ["null is nothing", null, undefined, ""],
  ])("%s", (_case, value, encoding, wanted) => {
    expect(join(serialiseFormProperty("p", value, encoding))).toBe(wanted);
  });
});
