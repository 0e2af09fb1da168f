// An esbuild plugin: programs read from Node's own modules only what they use.
import { builtinModules, createRequire, isBuiltin } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * `import { readFileSync } from 'node:fs'` makes Node evaluate every export of the module, and some of those load half of Node: 7 ms for
 * `node:process`, 40 ms for `node:http`. `process.getBuiltinModule` evaluates none; each importer reads the few names it asked for.
 */
export const builtinModulesAsRead = {
  name: 'builtin-modules-as-read',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(node:|(${builtinModules.join('|')})$)`) }, ({ path, importer, kind }) => {
      if (kind !== 'import-statement' || !isBuiltin(path)) return undefined;
      if (path === 'node:child_process' && importer.includes('/node_modules/commander/')) return { path, namespace: 'unused' };
      // One copy for each importer: shared ones would become chunks of their own.
      return { path: `${path} for ${importer}`, namespace: 'builtin', pluginData: path };
    });
    // Commander can run other programs as commands of ours, of which there are none, and reads the whole module for it: 4 ms.
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'export default undefined;' }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ pluginData: path }) => {
      const names = Object.keys(require(path)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
      const read = names.map((name) => `export const ${name} = /* @__PURE__ */ $read("${name}");`);
      return {
        contents: [
          `const $builtin = process.getBuiltinModule("${path}");`,
          'const $read = (name) => $builtin[name];',
          'export default $builtin;',
          ...read,
        ].join('\n'),
      };
    });
  },
};
