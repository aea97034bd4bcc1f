"""Functions that stand for those of extensions that the drill's server does not have, and that have nothing else.

A default, a trigger or a policy that names one is restored without a call of it, and its table with it. One that cannot
do what it stands for fails when it is called all the same, as an index or a generated column may have it: nothing here
answers wrongly. Names and types are those of pgcrypto 1.4 and uuid-ossp 1.1:
https://www.postgresql.org/docs/18/pgcrypto.html, https://www.postgresql.org/docs/18/uuid-ossp.html
"""

from collections.abc import Iterator

from caretaker.archive.sessions import quoted

NOT_THERE = "has nothing to stand for it in a drill"
_FAILS = f"begin raise exception 'this function {NOT_THERE}'; end"
_DIGEST = """declare data bytea = {data}; begin
  case lower($2)
    when 'md5' then return decode(md5(data), 'hex');
    when 'sha224' then return sha224(data);
    when 'sha256' then return sha256(data);
    when 'sha384' then return sha384(data);
    when 'sha512' then return sha512(data);
    else raise exception 'the digest % {not_there}', $2;
  end case;
end"""
_BYTES = """begin
  return (select substring(string_agg(uuid_send(gen_random_uuid()), '') for $1) from generate_series(0, $1 / 16));
end"""
_SAME = "6ba7b81{}-9dad-11d1-80b4-00c04fd430c8"  # RFC 9562, appendix A

# What each extension has: the function with its arguments, its result, and what it does if that can be done.
_FUNCTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "uuid-ossp": (
        ("uuid_nil()", "uuid", "begin return '00000000-0000-0000-0000-000000000000'; end"),
        *(
            (f"uuid_ns_{name}()", "uuid", f"begin return '{_SAME.format(digit)}'; end")
            for name, digit in (("dns", 0), ("url", 1), ("oid", 2), ("x500", 4))
        ),
        ("uuid_generate_v1()", "uuid", _FAILS),
        ("uuid_generate_v1mc()", "uuid", _FAILS),
        ("uuid_generate_v3(namespace uuid, name text)", "uuid", _FAILS),
        ("uuid_generate_v4()", "uuid", "begin return gen_random_uuid(); end"),
        ("uuid_generate_v5(namespace uuid, name text)", "uuid", _FAILS),
    ),
    "pgcrypto": (
        ("digest(bytea, text)", "bytea", _DIGEST.format(data="$1", not_there=NOT_THERE)),
        (
            "digest(text, text)",
            "bytea",
            _DIGEST.format(data="convert_to($1, getdatabaseencoding())", not_there=NOT_THERE),
        ),
        ("gen_random_bytes(integer)", "bytea", _BYTES),
        ("gen_random_uuid()", "uuid", "begin return pg_catalog.gen_random_uuid(); end"),
        *(
            (signature, result, _FAILS)
            for signature, result in (
                ("fips_mode()", "boolean"),
                ("hmac(bytea, bytea, text)", "bytea"),
                ("hmac(text, text, text)", "bytea"),
                ("crypt(text, text)", "text"),
                ("gen_salt(text)", "text"),
                ("gen_salt(text, integer)", "text"),
                ("encrypt(bytea, bytea, text)", "bytea"),
                ("encrypt_iv(bytea, bytea, bytea, text)", "bytea"),
                ("decrypt(bytea, bytea, text)", "bytea"),
                ("decrypt_iv(bytea, bytea, bytea, text)", "bytea"),
                ("armor(bytea)", "text"),
                ("armor(bytea, text[], text[])", "text"),
                ("dearmor(text)", "bytea"),
                ("pgp_armor_headers(text, out key text, out value text)", "setof record"),
                ("pgp_key_id(bytea)", "text"),
                ("pgp_pub_encrypt(text, bytea)", "bytea"),
                ("pgp_pub_encrypt(text, bytea, text)", "bytea"),
                ("pgp_pub_encrypt_bytea(bytea, bytea)", "bytea"),
                ("pgp_pub_encrypt_bytea(bytea, bytea, text)", "bytea"),
                *((f"pgp_pub_decrypt(bytea, bytea{more})", "text") for more in ("", ", text", ", text, text")),
                *((f"pgp_pub_decrypt_bytea(bytea, bytea{more})", "bytea") for more in ("", ", text", ", text, text")),
                ("pgp_sym_encrypt(text, text)", "bytea"),
                ("pgp_sym_encrypt(text, text, text)", "bytea"),
                ("pgp_sym_encrypt_bytea(bytea, text)", "bytea"),
                ("pgp_sym_encrypt_bytea(bytea, text, text)", "bytea"),
                ("pgp_sym_decrypt(bytea, text)", "text"),
                ("pgp_sym_decrypt(bytea, text, text)", "text"),
                ("pgp_sym_decrypt_bytea(bytea, text)", "bytea"),
                ("pgp_sym_decrypt_bytea(bytea, text, text)", "bytea"),
            )
        ),
    ),
}
STOOD_FOR = frozenset(_FUNCTIONS)
_VOLATILE = ("uuid_generate_v1", "uuid_generate_v4", "gen_", "pgp_sym_encrypt", "pgp_pub_encrypt")


def standing_in(extension: str, schema: str) -> Iterator[str]:
    """Yield the statements that make an extension's functions in a schema."""
    for signature, result, body in _FUNCTIONS[extension]:
        changing = "volatile" if signature.startswith(_VOLATILE) else "immutable"
        yield (
            f"create function {quoted(schema)}.{signature} returns {result} "
            f"language plpgsql {changing} strict parallel safe as $standing_in${body}$standing_in$"
        )
