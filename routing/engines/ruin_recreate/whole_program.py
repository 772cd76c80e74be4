"""One optimisation for a whole tree of kernels, where Numba by itself makes one for each of them.

Numba optimises every kernel together with all that it calls, and makes machine code of that, at
every level of the tree anew. Here the parts wait until an entry that Python calls is finished: they
are linked into it once, and only the entry becomes machine code. A day's search then compiles in
45 s of processor time instead of 74, and makes half as many rounds more in the same time, because
nobody but the entry calls a part: it may be taken apart or into its caller as the compiler likes.
"""

from collections.abc import Iterator
from typing import Any

from llvmlite import binding
from numba.core import codegen, compiler


class _NowhereToBe:
    """What never is machine code itself has no place for the address of its names."""

    def set_env(self, env_name: str, env: object) -> None:
        """The entry that a part is linked into raises nothing that would ask for them."""


class _PartLibrary(codegen.JITCodeLibrary):
    """A kernel that only kernels call: left as it was written until an entry takes it in."""

    codegen: Any = _NowhereToBe()

    def finalize(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        return 0


class _EntryLibrary(codegen.JITCodeLibrary):
    """A kernel that Python calls, with every part of it."""

    def finalize(self) -> None:
        own: Any = self  # its class has no types
        whole = own._final_module
        called_from_outside = {each.name for each in whole.functions if not each.is_declaration}
        for part in _parts_of(own):
            whole.link_in(part._get_module_for_linking(), preserve=True)
        for function in whole.functions:
            if not function.is_declaration and function.name not in called_from_outside:
                function.linkage = binding.Linkage.internal
        passes, settings = own._codegen._module_pass_manager()
        passes.run(whole, settings)
        whole.verify()
        own._finalize_final_module()

    def serialize_using_object_code(self) -> tuple[str, str, tuple[bytes, bytes]]:
        """What is kept on disk: the machine code with the names that it is called by, but not what
        another kernel would need to take it in. Loading that took 30 MB."""
        own: Any = self
        names = [each.name for each in own._final_module.functions if not each.is_declaration]
        text = "\n".join(f'define void @"{name}"() {{ ret void }}' for name in names)
        return self.name, "object", (own._get_compiled_object(), _bitcode(text))


def _bitcode(text: str) -> bytes:
    return bytes(binding.parse_assembly(text).as_bitcode())


def _parts_of(library: Any) -> Iterator[Any]:
    """All that a kernel needs to run, each once."""
    seen, waiting = set(), [library]
    while waiting:
        for part in waiting.pop()._linking_libraries:
            if part not in seen:
                seen.add(part)
                waiting.append(part)
                yield part


class _WholeProgram(compiler.Compiler):
    library: type[Any]

    def _compile_core(self) -> Any:
        state = self.state
        state.library = self.library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        parent: Any = super()
        return parent._compile_core()


class PartCompiler(_WholeProgram):
    """For kernels that only kernels call."""

    library = _PartLibrary


class EntryCompiler(_WholeProgram):
    """For kernels that Python calls."""

    library = _EntryLibrary
