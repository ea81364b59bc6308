import assert from 'node:assert/strict';
import { breakable, html } from '../../report/html.ts';
import { renderLink } from '../../report/result.ts';

describe('report/html', () => {
  it('escapes what is put into it, between tags and in attributes, and joins lists', () => {
    const name = `<script>alert("1" & '2')</script>`;
    assert.equal(
      html`<p title="${name}">${[name, html`<b>${1}</b>`]}${undefined}</p>`.markup,
      '<p title="&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">' +
        '&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;<b>1</b></p>',
    );
  });

  it('leaves out control characters and what turns the direction of reading, but no tab and no line end', () => {
    assert.equal(html`${'a\u0000\u001B[31mb\u202Ec\t\n'}`.markup, 'a[31mbc\t\n');
  });

  it('lets a name break after its separators', () => {
    assert.equal(breakable('rows.x_<y>').markup, 'rows.<wbr>x_<wbr>&lt;y&gt;');
  });

  it('links what a browser can open anywhere, and nothing that would run', () => {
    assert.equal(renderLink('https://a/?b&c').markup, '<a href="https://a/?b&amp;c">https://a/?b&amp;c</a>');
    for (const uri of ['javascript:alert(1)', 'file:///registry/1', ' javascript:alert(1)//https://'])
      assert.equal(renderLink(uri).markup, `<code>${uri}</code>`);
  });
});
