/// The page at `/` of the admin address: what /health and /routes say, for a person, fresh every two seconds.
///
/// It is one file and loads nothing from elsewhere. Its content security policy lets only its own script run, and the
/// script puts text into the page as text, so that no name in a configuration can become markup.
public enum DashboardPage {
    /// The page. Its nonce is drawn from `random`, which must be the system's generator.
    public static func render(using random: inout some RandomNumberGenerator) -> AdminDocument {
        let nonce = (0..<2).map { _ in String(random.next() as UInt64, radix: 36) }.joined()
        let policy =
            "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        let page = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Gateway</title>
            <style nonce="\(nonce)">\n\(style)\n</style>
            <h1>Gateway <span id="status"></span></h1>
            <p id="about">Loading ...</p>
            <p id="error" hidden></p>
            <ul id="notes"></ul>
            <h2>Services</h2>
            <table><thead><tr><th>Service<th>Endpoints<th>Breaker<th>Processes</thead><tbody id="services"></table>
            <h2>Routes</h2>
            <table><thead><tr><th>Route<th>Match<th>To<th>Auth<th>Rate limit</thead><tbody id="routes"></table>
            <p><a href="/health">/health</a> <a href="/metrics">/metrics</a> <a href="/routes">/routes</a></p>
            <script nonce="\(nonce)">\n\(script)\n</script>
            </html>

            """
        return AdminDocument(
            contentType: "text/html; charset=utf-8", body: Array(page.utf8), contentSecurityPolicy: policy)
    }

    private static let style = """
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
        body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884 }
        td { font-family: ui-monospace, monospace; font-size: 13px; white-space: pre-line }
        #status { font-size: 1rem; padding: .1rem .6rem; border-radius: 1rem; background: #8884 }
        .pass { color: #1a7f37 } .warn { color: #b26a00 } .fail, #error { color: #cf222e }
        """

    private static let script = """
        const at = id => document.getElementById(id);
        const row = (body, cells) => {
          const line = body.insertRow();
          for (const [text, look] of cells) {
            const cell = line.insertCell();
            cell.textContent = text;
            if (look) cell.className = look;
          }
        };
        const fill = (id, rows) => {
          const body = document.createElement('tbody');
          rows.forEach(cells => row(body, cells));
          at(id).replaceChildren(...body.childNodes);
        };
        const endpointLook = state => state === 'up' ? 'pass' : state === 'unknown' ? '' : 'fail';
        function showHealth(health) {
          at('status').textContent = health.status;
          at('status').className = health.status;
          const config = health.config;
          at('about').textContent = `version ${health.version}, ${health.phase}, up ${health.uptime} s; ` +
            `configuration ${config.generation} (${config.hash}) since ${config.loadedAt}`;
          at('error').hidden = !config.lastError;
          at('error').textContent = config.lastError ? `The last reload failed: ${config.lastError}` : '';
          at('notes').replaceChildren(...(health.notes || []).map(note => {
            const item = document.createElement('li');
            item.textContent = note;
            return item;
          }));
          fill('services', Object.entries(health.services).map(([name, service]) => [
            [name, service.status],
            [`${service.endpoints.healthy}/${service.endpoints.total} up\\n` + service.endpoints.all
              .map(e => `${e.name} ${e.state}${e.reason ? ` (${e.reason})` : ''}`).join('\\n'),
              service.endpoints.all.map(e => endpointLook(e.state)).find(look => look === 'fail') || ''],
            [service.breaker || '', service.breaker && service.breaker !== 'closed' ? 'warn' : ''],
            [(service.process || []).map(p => `#${p.instance} ` + (p.pid ? `pid ${p.pid}` : 'not running') +
              `, ${p.restarts} restarts` + (p.lastExit ? `, last ${p.lastExit}` : '')).join('\\n'), '']]));
        }
        function showRoutes(table) {
          fill('routes', table.routes.map(r => [[r.name], [r.match], [r.to], [r.auth], [r.rateLimit || '']]));
        }
        let generation;
        async function refresh() {
          try {
            const health = await (await fetch('/health')).json();
            showHealth(health);
            if (generation !== health.config.generation) {
              const answer = await fetch('/routes');
              if (answer.ok) {
                showRoutes(await answer.json());
                generation = health.config.generation;
              }
            }
          } catch (error) {
            at('status').textContent = 'no answer';
            at('status').className = 'fail';
          }
          setTimeout(refresh, 2000);
        }
        refresh();
        """
}
